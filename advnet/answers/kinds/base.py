"""What every kind of question shares, and what each may say for itself.

A kind reads what was typed, part by part, into what is kept: ``choices`` (values of options) and ``values`` (figures).
It knows no form and no words of pages; those stand in ``forms.py`` and ``labels.py`` of this folder, by the same kinds.

What is typed lies in the draft's ``choices`` and, under a name for each figure, in its ``values``; the field of a
figure is ``q<question id>_value_<name>``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from advnet.consultations.model import Question
from advnet.errors import DomainError, Invalid, msgid

Typed = Mapping[str, Any]
"""What a draft holds for one question; see ``drafts.py``."""


MISSING = "missing"
"""In ``values``: the question was asked back, and this is missing. Nothing else of an answer is there then."""


@dataclass(frozen=True)
class Reading:
    """What was typed, as it is kept; of no use where there are faults."""

    choices: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    faults: Sequence[DomainError] = ()


class Kind:
    """One kind of question.

    :ivar needs_text: words are the answer, not only the reasons for it
    :ivar counts_choices: how many chose which option says something
    :ivar takes_ask_back: the expert may say instead what is missing
    """

    needs_text: ClassVar[bool] = False
    counts_choices: ClassVar[bool] = False
    takes_ask_back: ClassVar[bool] = True
    empty: ClassVar[str] = msgid("Write an answer.")

    def figures(self, question: Question) -> tuple[str, ...]:
        """Names of the figures that are asked, in their order."""
        return ()

    def least_sureness(self, question: Question) -> int | None:
        """The smallest percent that makes sense here; None where the kind gives the sureness itself, or asks none."""
        return 0

    def begin_field(self, question: Question) -> str:
        """The part of the form where the answer begins: there it is said that nothing was answered."""
        names = self.figures(question)
        return f"value_{names[0]}" if names else "text"

    def is_begun(self, question: Question, typed: Typed) -> bool:
        """Whether anything of the answer itself, apart from reasons and grounds, is typed."""
        values = typed.get("values") or {}
        return any(str(values.get(name, "")).strip() for name in self.figures(question))

    def read(self, question: Question, typed: Typed) -> Reading:
        return Reading()

    def missing(self, question: Question) -> DomainError:
        return fault(question, self.begin_field(question), self.empty)


def fault(question: Question, part: str, message: str, **params: Any) -> DomainError:
    """A refusal at one part of the question's form."""
    return Invalid(message, field=f"q{question.id}_{part}", **params)


def typed_values(question: Question, kind: Kind, typed: Typed) -> dict[str, str]:
    """Figure → what is typed, stripped; of the figures that are asked."""
    values = typed.get("values") or {}
    return {name: str(values.get(name, "")).strip() for name in kind.figures(question)}
