"""Consultations like a given one: what was asked before, and who answered it.

Everything that is asked is compared, and the titles by themselves: the same request may come with another background.
Only consultations are compared whose material the reader may read: which those are is asked of the database each time,
and how rare a word is, is counted among them alone. Of each version of a text its counted terms are kept in the memory
of the process; nothing of it is written anywhere.

One that is marked more strictly than the page on which it is proposed is named there by its reference alone.

Who answered is told as far as the permission table lets this reader know the authors of that consultation's answers.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.marking import is_marked_above
from advnet.consultations.model import Consultation
from advnet.consultations.queries import material_visible_to
from advnet.consultations.states import is_under_way
from advnet.experts.model import Expert, Standing
from advnet.experts.queries import ASKED_STANDINGS
from advnet.permissions import Permission, allows, require
from advnet.search.terms.alikeness import TermVectors, shared_words

LIMIT = 5
LEAST_ALIKE = 0.15
"""Cosine below which two consultations have only everyday words in common."""

LEAST_ALIKE_TITLES = 0.5
"""The same of titles: in so few words one that both have is half of it already."""

VERY_ALIKE = 0.6
"""From here on they may ask the same."""

NAMED_STANDINGS = (*ASKED_STANDINGS, Standing.PAUSED)
"""Who answered once and has left the Network is not named."""

_BATCH = 500


@dataclass(frozen=True)
class SimilarConsultation:
    """:ivar alikeness: 0 to 1, of everything that is asked or of the titles, whichever are more alike
    :ivar words: that both have, as they stand in the one that was compared; none where it is marked above
    :ivar is_marked_above: its text may not stand on a page with the marking of the other
    :ivar answered_by: experts of the Network who answered it and whom this reader may know as such, by number
    """

    consultation: Consultation
    alikeness: float
    words: tuple[str, ...]
    answered_by: tuple[Expert, ...]
    is_marked_above: bool = False

    @property
    def may_be_duplicate(self) -> bool:
        return self.alikeness >= VERY_ALIKE

    @property
    def may_be_merged_into(self) -> bool:
        return is_under_way(self.consultation.state)


def list_similar_consultations(
    session: Session, *, actor: Actor, consultation: Consultation, limit: int = LIMIT
) -> list[SimilarConsultation]:
    """Those most like it, the most alike first; in a bounded number of statements.

    :param consultation: loaded with its questions
    """
    require(Permission.DESK_READ, actor)
    vectors = _VECTORS.setdefault(session.get_bind().engine, TermVectors[_Key]())
    keys = _bring_up_to_date(session, vectors, actor=actor, without=consultation)
    text = _text(consultation)
    whole = vectors.most_alike(text, keys, limit=limit, least=LEAST_ALIKE)
    titles = [
        one
        for part in _TITLES
        for one in vectors.most_alike(
            getattr(consultation, part), _of_part(keys, part), limit=limit, least=LEAST_ALIKE_TITLES
        )
    ]
    alikeness: dict[int, float] = {}
    shared: defaultdict[int, dict[str, float]] = defaultdict(dict)
    for one in (*titles, *whole):
        key = one.key.consultation_id
        alikeness[key] = max(one.alikeness, alikeness.get(key, 0.0))
        shared[key].update(one.amounts)
    ids = sorted(alikeness, key=lambda one: (-alikeness[one], one))[:limit]
    others = {one.id: one for one in session.scalars(sa.select(Consultation).where(Consultation.id.in_(ids)))}
    answered = _answered_by(session, actor=actor, consultations=list(others.values()))
    found = []
    for key in ids:
        if other := others.get(key):
            is_above = is_marked_above(other, consultation)
            words = () if is_above else shared_words(text, shared[key], _texts(other))
            found.append(SimilarConsultation(other, alikeness[key], words, tuple(answered.get(key, ())), is_above))
    return found


class _Key(NamedTuple):
    """Of a text.

    :param written_at: tells versions apart that count alike, as after a restored backup
    :param part: one of :data:`_TITLES`, or nothing for all that is asked
    """

    consultation_id: int
    version: int
    written_at: datetime
    part: str = ""


_TITLES = ("title_en", "title_ja")


def _of_part(keys: Iterable[_Key], part: str) -> list[_Key]:
    return [key._replace(part=part) for key in keys]


def _bring_up_to_date(
    session: Session, vectors: TermVectors[_Key], *, actor: Actor, without: Consultation
) -> list[_Key]:
    """The keys of what this actor may read; of all of them, and of their titles, the terms are known afterwards."""
    columns = (Consultation.id, Consultation.version, Consultation.updated_at)
    readable = sa.select(*columns).where(material_visible_to(actor)).order_by(Consultation.id)
    keys = [_Key(*row) for row in session.execute(readable) if row.id != without.id]
    missing = {key.consultation_id: key for key in vectors.missing(keys)}
    for begin in range(0, len(missing), _BATCH):
        ids = list(missing)[begin : begin + _BATCH]
        texts = sa.select(Consultation.id, Consultation.search_text, Consultation.title_en, Consultation.title_ja)
        for one, *parts in session.execute(texts.where(Consultation.id.in_(ids))):
            own = (missing[one], *(missing[one]._replace(part=part) for part in _TITLES))
            vectors.add(dict(zip(own, parts, strict=True)))
    return keys


def _answered_by(session: Session, *, actor: Actor, consultations: Iterable[Consultation]) -> dict[int, list[Expert]]:
    known = [one.id for one in consultations if allows(Permission.ANSWER_IDENTIFY, actor, one)]
    query = (
        sa.select(Invitation.consultation_id, Expert)
        .join(Expert, Expert.id == Invitation.expert_id)
        .where(Invitation.consultation_id.in_(known), Invitation.has_answered)
        .where(Expert.standing.in_(NAMED_STANDINGS), Expert.consent_at.is_not(None))
        .order_by(Expert.id)
    )
    found: dict[int, list[Expert]] = {}
    for consultation_id, expert in session.execute(query):
        found.setdefault(consultation_id, []).append(expert)
    return found


def _text(consultation: Consultation) -> str:
    prompts = [text for question in consultation.questions for text in (question.prompt_en, question.prompt_ja)]
    return "\n".join([*_texts(consultation), *prompts])


def _texts(consultation: Consultation) -> list[str]:
    return [
        consultation.title_en,
        consultation.title_ja,
        consultation.background_en,
        consultation.background_ja,
    ]


_VECTORS: WeakKeyDictionary[sa.Engine, TermVectors[_Key]] = WeakKeyDictionary()
"""The counted terms of each database's consultations, for all readers: who may read what is asked before."""
