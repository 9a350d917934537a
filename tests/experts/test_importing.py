"""Importing: the same file again changes the same people, and nobody who speaks for themselves is overwritten."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet.accounts.model import Role, system_actor
from advnet.audit.model import AuditEntry
from advnet.audit.service import verify_chain
from advnet.errors import Forbidden
from advnet.experts.handlers import HANDLERS
from advnet.experts.importing import service as importing
from advnet.experts.importing.rows import ExpertRow, Name, SkillRow, WorkRow
from advnet.experts.importing.service import Source, import_experts
from advnet.experts.model import Affiliation, Expert, ExpertKey, ExpertSkill, Standing
from advnet.experts.queries import get_expert, is_eligible
from advnet.experts.registration.model import Registration, RegistrationState
from advnet.experts.registration.queries import list_likely_duplicates
from advnet.experts.standing import VETTED_FOR
from advnet.experts.vocabulary import file as vocabulary_file
from advnet.experts.vocabulary.loading import load_vocabulary
from advnet.experts.vocabulary.model import Concept
from advnet.experts.works.model import Work, WorkSource
from advnet.jobs.model import IndexChange, Job

SYSTEM = system_actor("test")
FILE = Source("experts.jsonl", "0" * 64)


def row(number: int, **changes) -> ExpertRow:
    given = {"row": number, "id": f"x{number}", "name": Name(family_en=f"Family{number}", given_en="Given"), **changes}
    return ExpertRow(**given)


FULL = row(
    1,
    name=Name(family_ja="山田", given_ja="太郎"),
    email="Taro@example.org",
    affiliation="架空大学",
    country="JP",
    languages=("ja", "en"),
    skills=(SkillRow("流氷", 4, "Cruises"), SkillRow("SEA-ICE"), SkillRow("Oceans")),
    biography="海氷の研究者。",
    works=(WorkRow("Sea ice", "It melts.", 2020, "10.1000/a"), WorkRow("Another")),
)


@pytest.fixture
def take(session, now):
    load_vocabulary(
        session,
        actor=SYSTEM,
        concepts=[
            vocabulary_file.Concept("oceans", "area", None, "Oceans", "海洋"),
            vocabulary_file.Concept("sea-ice", "area", "oceans", "Sea ice", "海氷", (), ("流氷",)),
        ],
        now=now,
    )

    def take(*rows: ExpertRow, approve: bool = True, at=now, progress=None):
        return import_experts(session, actor=SYSTEM, rows=rows, approve=approve, source=FILE, now=at, progress=progress)

    return take


def expert(session, number: int = 1) -> Expert:
    session.flush()
    session.expire_all()
    found = session.scalars(sa.select(Expert.id).where(Expert.external_id == f"x{number}")).one()
    return get_expert(session, found, actor=SYSTEM)


def changes(session) -> list[tuple[int, int]]:
    rows = session.execute(sa.select(IndexChange.number, IndexChange.expert_id).order_by(IndexChange.number))
    return [(number, expert_id) for number, expert_id in rows]


def test_a_row_becomes_a_whole_profile_that_is_approved_and_may_be_asked(session, now, take):
    summary = take(FULL)
    found = expert(session)
    assert (found.name_ja, found.name_en, found.email, found.country, found.languages) == (
        "山田 太郎", "", "Taro@example.org", "JP", ["ja", "en"],
    )  # fmt: skip
    assert [(post.name_ja, post.name_en, post.is_current) for post in found.affiliations] == [("架空大学", "", True)]
    assert [(skill.concept.code, skill.level, skill.evidence) for skill in found.skills] == [
        ("sea-ice", 4, "Cruises"),
        ("oceans", 2, ""),
    ]
    assert (found.biography_ja, found.biography_en) == ("海氷の研究者。", "")
    assert {(work.title, work.abstract, work.year, work.doi, work.source) for work in found.works} == {
        ("Sea ice", "It melts.", 2020, "10.1000/a", WorkSource.IMPORT),
        ("Another", "", None, None, WorkSource.IMPORT),
    }
    assert (found.standing, found.approved_at, found.vetted_until) == (Standing.ACTIVE, now, now + VETTED_FOR)
    assert (found.consent_at, found.consent_version) == (now, "outside")
    assert session.scalars(sa.select(Expert).where(is_eligible(now))).one() is found
    assert (summary.added, summary.updated, summary.approved, summary.queued, summary.works) == (1, 0, 1, 0, 2)
    assert changes(session) == [(1, found.id)]


def test_without_approval_experts_wait_in_the_vetting_queue_and_are_not_findable(session, now, take):
    summary = take(FULL, approve=False)
    found = expert(session)
    assert found.standing is None
    (registration,) = found.registrations
    assert (registration.state, registration.submitted_at) == (RegistrationState.SUBMITTED, now)
    assert (summary.approved, summary.queued) == (0, 1)
    assert changes(session) == []


def test_a_later_approving_import_approves_those_who_wait(session, now, take):
    take(FULL, approve=False)
    later = now + timedelta(days=1)
    summary = take(FULL, at=later)
    found = expert(session)
    assert (summary.updated, summary.approved) == (1, 1)
    assert (found.standing, found.approved_at) == (Standing.ACTIVE, later)
    assert (found.registrations[0].state, found.registrations[0].decided_at) == (RegistrationState.APPROVED, later)
    assert changes(session) == [(1, found.id)]


def test_the_vetting_of_an_imported_expert_ends_like_any_other(session, now, take):
    take(FULL)
    jobs = session.scalars(sa.select(Job).where(Job.kind == "expert:end-vetting").order_by(Job.run_at)).all()
    assert len(jobs) == 2
    HANDLERS[jobs[0].kind](session, jobs[0].payload, jobs[0].run_at)
    assert expert(session).standing == Standing.RE_VETTING
    HANDLERS[jobs[1].kind](session, jobs[1].payload, jobs[1].run_at)
    assert expert(session).standing == Standing.EXPIRED


def test_the_same_id_again_updates_the_same_expert(session, now, take):
    take(FULL, row(2))
    before = expert(session)
    kept = {work.title: work.id for work in before.works}
    before.works.append(Work(title="By hand"))
    session.flush()
    later = now + timedelta(days=3)
    again = row(
        1,
        name=Name(family_en="Yamada", given_en="Taro"),
        affiliation="Example University",
        skills=(SkillRow("oceans"),),
        biography="He studies ice.",
        works=(WorkRow("Sea ice", "It melts faster.", 2020, "10.1000/b"), WorkRow("New")),
    )
    summary = take(again, at=later)
    found = expert(session)
    assert (summary.added, summary.updated, summary.approved) == (0, 1, 0)
    assert (found.id, found.name_ja, found.name_en, found.email) == (before.id, "", "Taro Yamada", "")
    assert [(post.name_ja, post.name_en) for post in found.affiliations] == [("", "Example University")]
    assert [skill.concept.code for skill in found.skills] == ["oceans"]
    assert (found.biography_ja, found.biography_en) == ("", "He studies ice.")
    works = {work.title: work for work in found.works}
    assert set(works) == {"Sea ice", "New", "By hand"}
    assert (works["Sea ice"].id, works["Sea ice"].abstract, works["Sea ice"].doi) == (
        kept["Sea ice"], "It melts faster.", "10.1000/b",
    )  # fmt: skip
    assert (found.approved_at, found.created_at, found.changed_at) == (now, now, later)
    assert [expert_id for _, expert_id in changes(session)][2:] == [found.id]
    assert [number for number, _ in changes(session)] == [1, 2, 3]


def test_a_suspended_expert_is_updated_but_stays_suspended(session, now, take):
    take(FULL)
    expert(session).standing = Standing.SUSPENDED
    session.flush()
    summary = take(FULL)
    assert (summary.updated, summary.approved, expert(session).standing) == (1, 0, Standing.SUSPENDED)


def test_who_has_an_account_or_was_rejected_is_left_alone_and_named(session, now, people, take):
    take(FULL, row(2), approve=False)
    expert(session).user_id = people.make(Role.EXPERT).id
    registration = expert(session, 2).registrations[0]
    registration.state, registration.decided_at = RegistrationState.REJECTED, now
    registration.reason_code = "other"
    session.flush()
    summary = take(row(1, biography="Overwritten"), row(2, biography="Overwritten"), row(3))
    assert (summary.kept, summary.added, summary.updated) == (["x1", "x2"], 1, 0)
    assert expert(session).biography_ja == "海氷の研究者。"
    assert expert(session, 2).standing is None


def test_an_unknown_skill_goes_into_the_biography_and_is_noted_with_what_is_near(session, take):
    words = (SkillRow("ocean"), SkillRow("quantum widgets"), SkillRow("量子もつれ"))
    summary = take(row(1, skills=words, biography="A person."))
    found = expert(session)
    assert found.skills == []
    assert found.biography_en == "A person.\nSkill: ocean\nSkill: quantum widgets"
    assert found.biography_ja == "専門分野: 量子もつれ"
    assert [(note.row, note.field, str(note)) for note in summary.notes] == [
        (1, "skills", "“ocean” is not in the vocabulary; it goes into the biography. Near it: oceans."),
        (1, "skills", "“quantum widgets” is not in the vocabulary; it goes into the biography."),
        (1, "skills", "“量子もつれ” is not in the vocabulary; it goes into the biography."),
    ]


def test_a_retired_concept_is_no_longer_given(session, now, take):
    session.scalars(sa.select(Concept).where(Concept.code == "sea-ice")).one().retired_at = now
    session.flush()
    take(row(1, skills=(SkillRow("sea-ice"),)))
    assert expert(session).biography_en == "Skill: sea-ice"


def test_an_imported_double_of_somebody_is_recognised(session, take):
    take(FULL, row(2, name=Name(family_ja="太郎", given_ja="山田")))
    keys = sa.select(ExpertKey.key).where(ExpertKey.expert_id == expert(session).id, ExpertKey.kind == "email")
    assert session.scalars(keys).one() == "taro@example.org"
    assert [one.expert.external_id for one in list_likely_duplicates(session, expert(session))] == ["x2"]


def test_many_rows_are_taken_in_batches_and_counted(session, monkeypatch, take):
    monkeypatch.setattr(importing, "BATCH", 2)
    done: list[int] = []
    summary = take(*(row(number, works=(WorkRow("One"),)) for number in range(5)), progress=done.append)
    assert (done, summary.added, summary.works) == ([2, 2, 1], 5, 5)
    assert [number for number, _ in changes(session)] == [1, 2, 3, 4, 5]
    for model, count in ((Expert, 5), (Work, 5), (Affiliation, 0), (ExpertSkill, 0), (Registration, 0)):
        assert session.scalar(sa.select(sa.func.count()).select_from(model)) == count


def test_the_audit_log_tells_of_each_expert_by_which_file_it_came(session, take):
    take(FULL, row(2), row(3))
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "experts:imported")).one()
    first = expert(session).id
    assert entry.detail == {
        "file": "experts.jsonl", "sha256": "0" * 64, "rows": 3, "added": 3, "updated": 0, "kept": 0, "approved": 3,
        "works": 2, "expert_ids": [[first, first + 2]],
    }  # fmt: skip
    session.flush()
    assert verify_chain(session) is None


def test_only_the_command_line_imports(session, now, people, take):
    with pytest.raises(Forbidden):
        import_experts(
            session, actor=people.make(Role.ADMINISTRATOR).actor, rows=[FULL], approve=True, source=FILE, now=now
        )
