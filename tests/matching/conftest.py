"""The desk at the pages of finding, and an index that holds what the database does."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Role
from advnet.experts.model import Expert
from advnet.experts.vocabulary.model import Facet
from advnet.jobs.service import note_index_change
from advnet.matching.handlers import IndexFollower
from advnet.search import ExpertIndex
from tests.browser_less import Browser
from tests.builders_consultations import make_concept
from tests.matching.network import make_expert


@pytest.fixture
def index(tmp_path):
    """One of the test's own; pages read the application's."""
    index = ExpertIndex(tmp_path / "index")
    yield index
    index.close()


@pytest.fixture
def advisor(people, session):
    user = people.make(Role.ADVISOR)
    session.commit()
    return user


@pytest.fixture
def signed_in(browser: Browser, advisor) -> Browser:
    browser.sign_in(advisor.email)
    return browser


@pytest.fixture
def follow(app, session: Session, now):
    """Brings the application's index up to date with all experts."""

    def bring() -> None:
        for expert_id in session.scalars(sa.select(Expert.id)).all():
            note_index_change(session, expert_id=expert_id, now=now)
        session.commit()
        follower = IndexFollower(app.extensions["advnet.database"], app.extensions["advnet.index"])
        while follower():
            pass

    yield bring
    app.extensions["advnet.index"].close()


@pytest.fixture
def some(session: Session, now):
    """Three experts with different facets."""
    natural = make_concept(session, "natural", en="Natural sciences", ja="自然科学")
    earth = make_concept(session, "earth", en="Earth sciences", ja="地球科学", parent_id=natural.id)
    ice = make_concept(session, "ice", en="Sea ice", ja="海氷", parent_id=earth.id)
    energy = make_concept(session, "energy", en="Energy", ja="エネルギー")
    energy.facet = Facet.AREA
    kana = {"family_kana": "ア", "given_kana": "イ", "family_ja": "亜", "given_ja": "一"}
    return [
        make_expert(session, now=now, name="Zoe Alpha", works=("Sea ice drift|ice ice",), skills=(ice,), country="NO",
                    languages=["en"], career_stage="early"),
        make_expert(session, now=now, name="Ai Beta", works=("Energy and ice",), skills=(energy, ice), **kana),
        make_expert(session, now=now, name="Bo Gamma", works=("Fog",), skills=(energy,), country="JP",
                    languages=["ja"]),
    ]  # fmt: skip
