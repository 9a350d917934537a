"""What a consultation is about, in words: for finding experts, and for noticing what an expert does not want to be
asked about."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from advnet.consultations.marking import may_be_mailed
from advnet.consultations.model import Consultation
from advnet.days import JAPAN
from advnet.matching.documents import vocabulary
from advnet.search import MatchQuestion
from advnet.text import normalise, runs

_BETWEEN_TOPICS = re.compile(r"[\n\r,;、，；。・/]+")
_SHORTEST_WORD = 4


def question_of(session: Session, *, consultation: Consultation, now: datetime) -> MatchQuestion:
    """Everything that the consultation says of its matter, in both languages, and the labels of its facets.

    :param consultation: loaded with questions, facets and their concepts
    """
    title = "\n".join(_given(consultation.title_en, consultation.title_ja))
    prompts = [text for question in consultation.questions for text in (question.prompt_en, question.prompt_ja)]
    labels = [text for facet in consultation.facets for text in (facet.concept.label_en, facet.concept.label_ja)]
    text = "\n".join(_given(consultation.background_en, consultation.background_ja, *prompts, *labels))
    question = MatchQuestion(title=title, text=text, may_leave=may_be_mailed(consultation))
    return as_asked(session, question=question, now=now)


def as_asked(session: Session, *, question: MatchQuestion, now: datetime) -> MatchQuestion:
    """A question with all that the Network knows beside its text: what Japanese words mean here, and the year."""
    return replace(question, vocabulary=vocabulary(session), year=now.astimezone(JAPAN).year)


def touched_topics(off_limits: str, text: str) -> tuple[str, ...]:
    """The topics, one a line or between commas, of which at least half of the words stand in ``text``.

    A hint to whoever decides: short words are not looked at, and words are compared as they are written.
    """
    asked = normalise(text)
    words = {run.text for run in runs(asked) if not run.is_cjk}
    touched = []
    for topic in (part.strip() for part in _BETWEEN_TOPICS.split(off_limits)):
        telling = list(_telling(topic))
        stands = [word for word, is_cjk in telling if (word in asked if is_cjk else _forms(word) & words)]
        if telling and 2 * len(stands) >= len(telling):
            touched.append(topic)
    return tuple(touched)


def _telling(topic: str) -> Iterator[tuple[str, bool]]:
    for run in runs(normalise(topic)):
        if len(run.text) >= (2 if run.is_cjk else _SHORTEST_WORD):
            yield run.text, run.is_cjk


def _forms(word: str) -> set[str]:
    return {word, f"{word}s", word.removesuffix("s")}


def _given(*texts: str) -> list[str]:
    return [text for text in texts if text]
