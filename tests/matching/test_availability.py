"""Who may be asked today: the same of a few as of everybody."""

from datetime import timedelta

import pytest

from advnet.accounts.model import AccountState, Role
from advnet.days import day_in_japan
from advnet.experts.model import Pause, Standing
from advnet.matching.facets import Availability, load_unavailable
from tests.builders_consultations import make_bare_invitation, make_consultation
from tests.matching.network import make_expert


@pytest.fixture
def network(session, people, now):
    """One expert for each reason, one who almost has it, and one without any."""
    advisor = people.make(Role.ADVISOR)
    today = day_in_japan(now)
    closed = people.make(Role.EXPERT)
    closed.state = AccountState.CLOSED
    asking = [make_consultation(session, by=advisor, state="inviting", now=now) for _ in range(2)]
    done = make_consultation(session, by=advisor, state="closed", now=now)
    experts = {
        "free": make_expert(session, now=now),
        "standing": make_expert(session, now=now, standing=Standing.PAUSED),
        "away": make_expert(session, now=now),
        "back": make_expert(session, now=now),
        "full": make_expert(session, now=now, max_open_invitations=2),
        "half full": make_expert(session, now=now, max_open_invitations=2),
        "closed": make_expert(session, now=now, user_id=closed.id),
    }
    session.add(Pause(expert_id=experts["away"].id, from_on=today, until_on=today + timedelta(days=3)))
    session.add(Pause(expert_id=experts["back"].id, from_on=today - timedelta(days=3),
                      until_on=today - timedelta(days=1)))  # fmt: skip
    for name, consultations in (("full", asking), ("half full", [asking[0], done])):
        for consultation in consultations:
            make_bare_invitation(session, consultation=consultation, expert=experts[name], state="accepted", now=now)
    session.flush()
    return experts


def test_a_few_are_judged_as_everybody_is(session, network, now):
    wanted = {
        network["standing"].id: Availability.PAUSED,
        network["away"].id: Availability.PAUSED,
        network["full"].id: Availability.FULL,
        network["closed"].id: Availability.CLOSED,
    }
    assert load_unavailable(session, now=now) == wanted
    everybody = [one.id for one in network.values()]
    assert load_unavailable(session, now=now, expert_ids=everybody) == wanted
    for expert_id in everybody:
        alone = {expert_id: wanted[expert_id]} if expert_id in wanted else {}
        assert load_unavailable(session, now=now, expert_ids=[expert_id]) == alone
    assert load_unavailable(session, now=now, expert_ids=[]) == {}
