"""Kinds that are answered in words: free text, and asking back."""

from advnet.answers.kinds.base import Kind, Typed
from advnet.consultations.model import Question
from advnet.errors import msgid


class Text(Kind):
    needs_text = True

    def is_begun(self, question: Question, typed: Typed) -> bool:
        return bool(str(typed.get("text", "")).strip())


class AskBack(Text):
    """The expert states what is missing for a sound answer. Nobody is sure of a question."""

    takes_ask_back = False
    empty = msgid("Write what is missing.")

    def least_sureness(self, question: Question) -> int | None:
        return None
