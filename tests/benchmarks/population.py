"""A Network of any size, invented and always the same, written in bulk: what the benchmarks run on."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.consultations.invitations.model import Invitation
from advnet.consultations.model import Consultation, ConsultationState, Question
from advnet.experts.model import Affiliation, Expert, ExpertSkill, Pause
from advnet.experts.vocabulary.file import read_vocabulary
from advnet.experts.vocabulary.model import Concept
from advnet.experts.works.model import Work
from advnet.text import normalise

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
CHUNK = 2_000

_FAMILY = [
    ("霧島", "キリシマ", "Kirishima"),
    ("風見", "カザミ", "Kazami"),
    ("星海", "ホシウミ", "Hoshiumi"),
    ("月代", "ツキシロ", "Tsukishiro"),
    ("雪原", "ユキハラ", "Yukihara"),
    ("花咲", "ハナサキ", "Hanasaki"),
    ("石動", "イスルギ", "Isurugi"),
    ("波多", "ハタ", "Hata"),
    ("朝凪", "アサナギ", "Asanagi"),
]
_GIVEN = [
    ("一", "ハジメ", "Hajime"),
    ("葵", "アオイ", "Aoi"),
    ("慧", "ケイ", "Kei"),
    ("遥", "ハルカ", "Haruka"),
    ("湊", "ミナト", "Minato"),
    ("環", "タマキ", "Tamaki"),
    ("律", "リツ", "Ritsu"),
]
_COUNTRIES = ["JP"] * 12 + ["US", "GB", "DE", "FR", "KE", "IN", "AU", "CA", "BR", "SG", "ID", "NO"]
_LANGUAGES = [["ja", "en"]] * 6 + [["en"], ["en", "fr"], ["de", "en"], ["ja"], ["en", "sw"], ["en", "zh"], ["en", "pt"]]
_STAGES = ["early", "mid", "mid", "senior", "senior", "emeritus"]
_TEXT = (
    "assessment of long term resilience under uncertain demand measured with field data and open models for shared "
    "infrastructure across borders showing limits of present practice and options for joint standards monitoring "
    "verification policy risk forecasting observation network sensors supply chain transition adaptation governance"
)
_WORDS = _TEXT.split()


def add_vocabulary(session: Session) -> list[Concept]:
    """The shipped vocabulary, parents first."""
    by_code: dict[str, Concept] = {}
    for position, entry in enumerate(read_vocabulary()):
        parent = by_code[entry.parent] if entry.parent else None
        concept = Concept(
            code=entry.code,
            parent_id=parent.id if parent else None,
            facet=entry.facet,
            position=position,
            label_ja=entry.ja,
            label_en=entry.en,
            synonyms_ja=list(entry.synonyms_ja),
            synonyms_en=list(entry.synonyms_en),
        )
        session.add(concept)
        session.flush()
        by_code[entry.code] = concept
    return list(by_code.values())


def add_experts(session: Session, count: int, *, works: int = 3, skills: int = 5) -> None:
    """``count`` approved experts, numbered from 1; about one in twenty is in a pause."""
    chance = random.Random(20)
    concepts = add_vocabulary(session)
    for first in range(1, count + 1, CHUNK):
        rows: dict[type[Any], list[dict[str, Any]]] = {
            Expert: [],
            Affiliation: [],
            ExpertSkill: [],
            Work: [],
            Pause: [],
        }
        for number in range(first, min(first + CHUNK, count + 1)):
            for table, row in _expert(number, chance, concepts, works, skills):
                rows[table].append(row)
        for table, listed in rows.items():
            if listed:
                session.execute(sa.insert(table), listed)


def add_consultations(session: Session, count: int, *, experts: int, created_by_id: int, invitations: int = 4) -> None:
    """``count`` consultations, one in ten of them open, with two questions and some accepted invitations each."""
    chance = random.Random(5)
    concepts = list(session.execute(sa.select(Concept.label_en, Concept.label_ja)))
    for first in range(1, count + 1, CHUNK):
        rows: dict[type[Any], list[dict[str, Any]]] = {Consultation: [], Question: [], Invitation: []}
        for number in range(first, min(first + CHUNK, count + 1)):
            label_en, label_ja = chance.choice(concepts)
            opened = NOW - timedelta(days=chance.randrange(1, 300))
            title_en, title_ja = f"{label_en}: what should be agreed, {number}", f"{label_ja}に関する諮問 {number}"
            rows[Consultation].append(
                {
                    "id": number,
                    "reference": f"2026-{number:05}",
                    "title_ja": title_ja,
                    "title_en": title_en,
                    "background_en": _sentence(chance, 60),
                    "background_ja": "",
                    "deadline_at": opened + timedelta(days=320),
                    "state": ConsultationState.SETTLED if number % 10 else ConsultationState.OPEN,
                    "closed_at": opened if number % 10 else None,
                    "issued_at": opened if number % 10 else None,
                    "settled_at": opened if number % 10 else None,
                    "state_changed_at": opened,
                    "created_by_id": created_by_id,
                    "created_at": opened,
                    "updated_at": opened,
                    "opened_at": opened,
                    "search_text": normalise(f"{title_en} {title_ja}"),
                }
            )
            rows[Question] += [
                {"consultation_id": number, "position": position, "prompt_en": _sentence(chance, 20)}
                for position in (1, 2)
            ]
            rows[Invitation] += [
                {
                    "consultation_id": number,
                    "expert_id": expert,
                    "state": "accepted",
                    "state_changed_at": opened,
                    "proposed_at": opened,
                    "interests_asked_at": opened,
                    "declared_at": opened,
                    "has_no_interests": True,
                    "screening_verdict": "cleared",
                    "screened_at": opened,
                    "sent_at": opened,
                    "responded_at": opened,
                    "has_answered": chance.random() < 0.7,
                }
                for expert in chance.sample(range(1, experts + 1), invitations)
            ]
        for table, listed in rows.items():
            session.execute(sa.insert(table), listed)


def _expert(
    number: int, chance: random.Random, concepts: list[Concept], works: int, skills: int
) -> Iterator[tuple[type[Any], dict[str, Any]]]:
    family, given = chance.choice(_FAMILY), chance.choice(_GIVEN)
    chosen = chance.sample(concepts, skills)
    approved = NOW - timedelta(days=chance.randrange(1, 300))
    yield (
        Expert,
        {
            "id": number,
            "email": f"e{number}@example.org",
            "family_ja": family[0],
            "given_ja": given[0],
            "family_kana": family[1],
            "given_kana": given[1],
            "family_en": family[2],
            "given_en": f"{given[2]} {number}",
            "country": chance.choice(_COUNTRIES),
            "languages": chance.choice(_LANGUAGES),
            "career_stage": chance.choice(_STAGES),
            "biography_en": _sentence(chance, 80),
            "biography_ja": f"{chosen[0].label_ja}の研究に従事し、国際会議で助言を行ってきた。" * 3,
            "consent_at": approved,
            "consent_version": "1",
            "standing": "active",
            "approved_at": approved,
            "vetted_until": approved + timedelta(days=365),
            "created_at": approved,
            "changed_at": approved,
        },
    )
    yield (
        Affiliation,
        {
            "expert_id": number,
            "name_ja": f"架空大学第{number % 300}校",
            "name_en": f"Invented University {number % 300}",
            "from_on": date(2015, 4, 1),
        },
    )
    for concept in chosen:
        yield ExpertSkill, {"expert_id": number, "concept_id": concept.id, "level": chance.randint(1, 4)}
    for _ in range(works):
        topic = chance.choice(chosen)
        yield (
            Work,
            {
                "expert_id": number,
                "kind": "article",
                "title": f"{topic.label_en}: {_sentence(chance, 7)}",
                "abstract": _sentence(chance, 60),
                "year": chance.randint(2005, 2026),
            },
        )
    if chance.random() < 0.05:
        yield Pause, {"expert_id": number, "from_on": date(2026, 11, 1), "until_on": date(2026, 12, 1)}


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words))
