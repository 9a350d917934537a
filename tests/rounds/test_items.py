"""Round 0: items are named unseen by others and become options of the desk's making."""

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Role
from advnet.answers.items import service
from advnet.answers.items.model import Item, ItemState
from advnet.answers.items.queries import list_items
from advnet.audit.model import AuditEntry
from advnet.consultations.model import Question, QuestionKind
from advnet.errors import Forbidden, Invalid, NotFound, Unsound, WrongState
from advnet.permissions import Permission, allows
from tests.builders_answers import own
from tests.builders_rounds import Rounds


@pytest.fixture
def rounds(session: Session, now: datetime) -> Rounds:
    """With a choice that has no options yet."""
    rounds = Rounds(session, now, names_items=True, planned_rounds=1)
    choice(rounds).options = []
    session.flush()
    return rounds


def choice(rounds: Rounds) -> Question:
    return next(one for one in rounds.consultation.questions if one.kind == QuestionKind.CHOICE)


def name(rounds: Rounds, place: int, *texts: str) -> list[Item]:
    invitation = own(rounds.session, rounds.invitations[place])
    return service.name_items(
        rounds.session,
        actor=rounds.made.actor(invitation),
        invitation=invitation,
        named={choice(rounds).id: texts},
        now=rounds.now,
    )


def sort(rounds: Rounds, act: str, item: Item, **values: object) -> None:
    getattr(service, f"{act}_item")(
        rounds.session,
        actor=rounds.made.desk,
        consultation=rounds.consultation,
        item_id=item.id,
        now=rounds.now,
        **values,
    )


def named(rounds: Rounds, count: int = 3) -> list[Item]:
    """Round 0 has closed with so many items of so many experts."""
    rounds.open()
    items = [name(rounds, place, f"Item {place}")[0] for place in range(count)]
    rounds.close_round()
    return items


def test_what_is_named_again_stands_in_place_of_what_was_named(rounds: Rounds) -> None:
    rounds.open()
    name(rounds, 0, "Ice", "  ice ", "", "Fog")
    name(rounds, 0, "氷", "Insurance  premiums")
    found = rounds.session.scalars(sa.select(Item)).all()
    assert {(item.text, item.language, item.state) for item in found} == {
        ("氷", "ja", ItemState.NAMED),
        ("Insurance premiums", "en", ItemState.NAMED),
    }
    invitation = rounds.invitations[0]
    assert (invitation.has_answered, invitation.has_answered_round) == (False, True)


@pytest.mark.parametrize(
    ("texts", "said"),
    [(["", " "], "at least one"), (["x" * 301], "at most 300"), ([str(n) for n in range(11)], "at most 10")],
)
def test_items_are_some_and_short(rounds: Rounds, texts: list[str], said: str) -> None:
    rounds.open()
    with pytest.raises(Unsound, match=said) as refused:
        name(rounds, 0, *texts)
    assert refused.value.field == f"q{choice(rounds).id}_items"
    name(rounds, 0, *(["x" * 300] + [str(n) for n in range(9)]))


def test_items_are_taken_in_round_0_only(rounds: Rounds) -> None:
    with pytest.raises(WrongState):
        name(rounds, 0, "Ice")
    named(rounds)
    with pytest.raises(WrongState, match="This round has closed"):
        name(rounds, 0, "Ice")


def test_nobody_reads_items_while_they_are_named_and_only_the_desk_afterwards(rounds: Rounds) -> None:
    rounds.open()
    name(rounds, 0, "Ice")
    desk, expert = rounds.made.desk, rounds.made.actor(rounds.invitations[0])
    others = [rounds.made.people.make(role).actor for role in (Role.REQUESTER, Role.ADMINISTRATOR, Role.AUDITOR)]
    for actor in (desk, expert, *others):
        with pytest.raises(Forbidden):
            list_items(rounds.session, actor=actor, consultation=rounds.consultation)
    rounds.close_round()
    assert [one.text for one in list_items(rounds.session, actor=desk, consultation=rounds.consultation)] == ["Ice"]
    for actor in (expert, *others):
        assert not allows(Permission.ITEM_SORT, actor, rounds.consultation)


def test_an_item_that_is_taken_is_an_option_in_both_languages(rounds: Rounds) -> None:
    first, second, _ = named(rounds)
    sort(rounds, "take", first, label_ja="海氷", label_en="Sea ice")
    sort(rounds, "take", second, label_ja="霧", label_en="Fog")
    assert choice(rounds).options == [
        {"value": "1", "label_ja": "海氷", "label_en": "Sea ice"},
        {"value": "2", "label_ja": "霧", "label_en": "Fog"},
    ]
    sort(rounds, "put_back", first)
    assert [option["value"] for option in choice(rounds).options] == ["2"]
    assert (first.state, first.option) == (ItemState.NAMED, "")


@pytest.mark.parametrize(
    ("labels", "field"),
    [
        ({"label_ja": "", "label_en": "Fog"}, "label_ja"),
        ({"label_ja": "霧", "label_en": " "}, "label_en"),
        ({"label_ja": "霧", "label_en": "SEA ICE"}, "label_en"),
        ({"label_ja": "霧" * 301, "label_en": "Fog"}, "label_ja"),
    ],
)
def test_an_option_needs_both_languages_and_is_there_once(rounds: Rounds, labels: dict[str, str], field: str) -> None:
    first, second, _ = named(rounds)
    sort(rounds, "take", first, label_ja="海氷", label_en="Sea ice")
    with pytest.raises(Invalid) as refused:
        sort(rounds, "take", second, **labels)
    assert refused.value.field == field
    assert len(choice(rounds).options) == 1


def test_merging_takes_along_what_was_merged_before(rounds: Rounds) -> None:
    first, second, third = named(rounds)
    sort(rounds, "merge", first, into_id=second.id)
    sort(rounds, "merge", second, into_id=third.id)
    rounds.session.refresh(first)
    assert first.merged_into_id == second.merged_into_id == third.id
    for into in (first, second):
        with pytest.raises(Invalid, match="stands for itself"):
            sort(rounds, "merge", third, into_id=into.id)
    with pytest.raises(Invalid, match="stands for itself"):
        sort(rounds, "merge", third, into_id=third.id)
    with pytest.raises(NotFound):
        sort(rounds, "merge", third, into_id=1)


def test_round_1_opens_with_the_options_and_not_without(rounds: Rounds) -> None:
    first, second, third = named(rounds)
    sort(rounds, "take", first, label_ja="海氷", label_en="Sea ice")
    sort(rounds, "leave_out", third)
    with pytest.raises(Invalid, match="Question 2 has fewer than two options"):
        rounds.open_next()
    sort(rounds, "take", second, label_ja="霧", label_en="Fog")
    rounds.open_next()
    rounds.answer(0, choices=["2"])
    with pytest.raises(WrongState, match="between their naming and the first round"):
        sort(rounds, "take", third, label_ja="波", label_en="Waves")


def test_the_log_tells_that_items_were_named_and_sorted_and_not_which(rounds: Rounds) -> None:
    first, *_ = named(rounds)
    sort(rounds, "leave_out", first)
    entries = rounds.session.scalars(sa.select(AuditEntry).where(AuditEntry.event.contains("item"))).all()
    assert {entry.event for entry in entries} == {"answer:items-named", "consultation:items-sorted"}
    for entry in entries:
        assert str(first.id) not in repr(entry.detail)
        assert "Item 0" not in repr((entry.detail, entry.reason))
