"""Naming items in round 0, and making options of them.

Experts name independently of each other, before they are asked to judge: what nobody thought of cannot be chosen later,
and what one says first steers all others. Source: nominal group technique, silent generation (Delbecq & Van de Ven
1971, doi:10.1177/002188637100700404); Delphi's open first round (Linstone & Turoff 2002).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.answers.drafts import guess_language
from advnet.answers.items.model import Item, ItemState
from advnet.answers.items.queries import get_item, list_own
from advnet.answers.service import open_contributor
from advnet.answers.timing import find_obstacle
from advnet.audit.service import record
from advnet.consultations.invitations.model import Invitation, takes_items
from advnet.consultations.invitations.service import note_items_named
from advnet.consultations.kinds import MAXIMUM_OPTIONS
from advnet.consultations.model import Consultation, ConsultationState, Question
from advnet.consultations.moves import lock
from advnet.errors import DomainError, Invalid, Unsound, WrongState, msgid
from advnet.permissions import Permission, require

MAXIMUM_ITEMS = 10
"""Of one expert for one question."""

LONGEST_ITEM = 300


def name_items(
    session: Session, *, actor: Actor, invitation: Invitation, named: Mapping[int, Sequence[str]], now: datetime
) -> list[Item]:
    """What the expert names stands in place of what the same expert named before; nobody else reads it in this round.

    :param invitation: as ``get_invitation_to_answer`` loads it
    :param named: question's number → short texts
    :raises WrongState: no items are taken now: the obstacle
    :raises Unsound: nothing is named, too much, or too long; each fault's ``field`` is ``q<question id>_items``
    """
    require(Permission.ITEM_NAME, actor, invitation)
    if not takes_items(invitation, now=now):
        raise find_obstacle(invitation, now=now) or WrongState()
    asked = [question for question in invitation.consultation.questions if question.takes_items]
    texts = {question.id: _distinct(named.get(question.id, ())) for question in asked}
    _check(asked, texts)
    contributor = open_contributor(session, invitation=invitation)
    for item in list_own(session, contributor=contributor):
        session.delete(item)
    session.flush()
    items = [
        Item(question_id=number, contributor_id=contributor.id, language=guess_language(text), text=text)
        for number, lines in texts.items()
        for text in lines
    ]
    session.add_all(items)
    note_items_named(session, invitation=invitation)
    record(session, actor=actor, event="answer:items-named", subject=invitation, now=now)
    return items


def take_item(
    session: Session,
    *,
    actor: Actor,
    consultation: Consultation,
    item_id: int,
    label_ja: str,
    label_en: str,
    now: datetime,
) -> None:
    """The item is an option of its question, in both languages, in the desk's words.

    :param consultation: loaded with its questions
    :raises WrongState: round 0 is not over, or round 1 is open
    :raises Invalid: a label is missing, too long or there already, or the question has as many options as it may
    """
    item, question = _begin(session, actor, consultation, item_id)
    if item.state == ItemState.TAKEN:
        return
    labels = {"label_ja": label_ja.strip(), "label_en": label_en.strip()}
    for field, label in labels.items():
        if not label:
            raise Invalid(msgid("Give the option in both languages."), field=field)
        if len(label) > LONGEST_ITEM:
            raise Invalid(msgid("Use at most %(maximum)s characters."), field=field, maximum=LONGEST_ITEM)
        if label.casefold() in {option[field].casefold() for option in question.options}:
            raise Invalid(msgid("There is such an option already: merge the item into it."), field=field)
    if len(question.options) >= MAXIMUM_OPTIONS:
        raise Invalid(msgid("Give at most %(maximum)s options."), maximum=MAXIMUM_OPTIONS)
    value = str(max((int(option["value"]) for option in question.options), default=0) + 1)
    question.options = [*question.options, {"value": value, **labels}]
    item.state, item.option, item.merged_into_id = ItemState.TAKEN, value, None
    _note(session, actor, consultation, question, "taken", now)


def merge_item(
    session: Session, *, actor: Actor, consultation: Consultation, item_id: int, into_id: int, now: datetime
) -> None:
    """The item says the same as another one and counts as part of it; what was merged into it goes along.

    :raises WrongState: round 0 is not over, or round 1 is open
    :raises Invalid: the other is not one of the same question that stands for itself
    """
    item, question = _begin(session, actor, consultation, item_id)
    into = get_item(session, into_id, consultation_id=consultation.id)
    if (
        into.id == item.id
        or into.question_id != item.question_id
        or into.state in (ItemState.MERGED, ItemState.LEFT_OUT)
    ):
        raise Invalid(msgid("Choose another item of the same question that stands for itself."), field="into")
    _drop_option(item, question)
    session.execute(sa.update(Item).where(Item.merged_into_id == item.id).values(merged_into_id=into.id))
    item.state, item.merged_into_id = ItemState.MERGED, into.id
    _note(session, actor, consultation, question, "merged", now)


def leave_out_item(session: Session, *, actor: Actor, consultation: Consultation, item_id: int, now: datetime) -> None:
    """The item is not asked about.

    :raises WrongState: round 0 is not over, or round 1 is open
    """
    item, question = _begin(session, actor, consultation, item_id)
    _drop_option(item, question)
    item.state, item.merged_into_id = ItemState.LEFT_OUT, None
    _note(session, actor, consultation, question, "left-out", now)


def put_back_item(session: Session, *, actor: Actor, consultation: Consultation, item_id: int, now: datetime) -> None:
    """The item stands as it was named, undecided.

    :raises WrongState: round 0 is not over, or round 1 is open
    """
    item, question = _begin(session, actor, consultation, item_id)
    _drop_option(item, question)
    item.state, item.merged_into_id = ItemState.NAMED, None
    _note(session, actor, consultation, question, "put-back", now)


def is_sorting(consultation: Consultation) -> bool:
    """Round 0 is over and round 1 has not begun: options are made of items."""
    is_open = consultation.state == ConsultationState.OPEN
    return is_open and consultation.is_between_rounds and consultation.round_number == 0


def _distinct(texts: Sequence[str]) -> list[str]:
    """Without blanks, and without what the same expert says twice."""
    return list({text.casefold(): text for line in texts if (text := " ".join(line.split()))}.values())


def _check(asked: Sequence[Question], texts: Mapping[int, Sequence[str]]) -> None:
    faults: list[DomainError] = []
    for number, lines in texts.items():
        field = f"q{number}_items"
        if len(lines) > MAXIMUM_ITEMS:
            faults.append(Invalid(msgid("Name at most %(maximum)s items."), field=field, maximum=MAXIMUM_ITEMS))
        if any(len(line) > LONGEST_ITEM for line in lines):
            faults.append(
                Invalid(msgid("An item has at most %(maximum)s characters."), field=field, maximum=LONGEST_ITEM)
            )
    if not any(texts.values()):
        faults.append(Invalid(msgid("Name at least one item."), field=f"q{asked[0].id}_items" if asked else None))
    if faults:
        raise Unsound(faults)


def _begin(session: Session, actor: Actor, consultation: Consultation, item_id: int) -> tuple[Item, Question]:
    lock(session, consultation)
    require(Permission.ITEM_SORT, actor, consultation)
    if not is_sorting(consultation):
        raise WrongState(msgid("Options are made of items between their naming and the first round."))
    item = get_item(session, item_id, consultation_id=consultation.id)
    return item, next(question for question in consultation.questions if question.id == item.question_id)


def _drop_option(item: Item, question: Question) -> None:
    question.options = [option for option in question.options if option["value"] != item.option]
    item.option = ""


def _note(
    session: Session, actor: Actor, consultation: Consultation, question: Question, act: str, now: datetime
) -> None:
    session.flush()
    detail = {"question": question.position, "act": act}
    record(session, actor=actor, event="consultation:items-sorted", subject=consultation, detail=detail, now=now)
