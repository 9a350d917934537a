"""Whether what two web processes show is what an index built afresh from the same database gives."""

import re
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise

from advnet.accounts.model import Actor, Role
from advnet.clock import now
from advnet.consultations.queries import get_consultation
from advnet.matching.candidates import LIMIT, list_candidates
from advnet.matching.handlers import rebuild_index
from advnet.matching.opening import dense_evidence, open_index
from advnet.matching.topics import question_of
from advnet.search import ExpertIndex, fill_vectors
from advnet.web.request_log import configure
from tests.benchmarks.soak_site import Site, Web

TOLERANCE = 1e-4
"""Of a score, which is between 0 and 1."""

_SHOWN = 0.0005
"""A page rounds a score to a tenth of a percent."""

_EXPERT = re.compile(r'href="/experts/(\d+)"')
_SCORE = re.compile(r'class="bars__value" width="([\d.]+)%"')
_ACTOR = Actor(1, frozenset({Role.ADVISOR}))

Ranked = list[tuple[str, float]]
"""Expert and score, best first."""


def compare_rankings(site: Site, webs: Sequence[Web], *, questions: int) -> list[str]:
    """:returns: what differs, in words; nothing when it is the same"""
    faults: list[str] = []
    most, compared = 0.0, 0
    store = site.folder / "fresh-vectors.sqlite"
    with closing(sqlite3.connect(site.settings.vectors_file)) as one, closing(sqlite3.connect(store)) as other:
        one.backup(other)
    configure("WARNING")
    dense = dense_evidence(site.settings.embeddings, store, forgets=False)
    with closing(ExpertIndex(site.folder / "fresh", dense=dense)) as fresh, closing(open_index(site.settings)) as live:
        rebuild_index(site.database, fresh)
        fill_vectors(fresh)
        for number in range(1, questions + 1):
            with site.database.reading() as session:
                consultation = get_consultation(session, number, actor=_ACTOR)
                asked = question_of(session, consultation=consultation, now=now())
                expected = list_candidates(session, fresh, actor=_ACTOR, consultation=consultation, now=now())
            should = dict(fresh.scores(asked))
            stands = dict(live.scores(asked))
            if should.keys() != stands.keys():
                faults.append(f"question {number}: {len(should.keys() ^ stands.keys())} experts are not found by both")
            most = max([most, *(abs(should[one] - stands[one]) for one in should.keys() & stands.keys())])
            compared += len(should)
            listed = [(str(one.expert.id), one.score) for one in expected.candidates]
            for web in webs:
                shown = read_candidates(web.get(f"/consultations/{number}/candidates").text)
                faults += [
                    f"{web.address}, question {number}: {fault}" for fault in _differences(shown, listed, should)
                ]
    shutil.rmtree(site.folder / "fresh")
    print(f"{compared:,} scores of {questions} questions compared with a fresh index: differ by {most:.1e} at most")
    if most > TOLERANCE:
        faults.append(f"scores differ by {most:.2e}")
    return faults


def read_candidates(page: str) -> Ranked:
    """The candidates of a page who may be asked, with the scores that it shows."""
    experts = list(dict.fromkeys(_EXPERT.findall(page)))
    scores = [float(one) / 100 for one in _SCORE.findall(page)]
    return list(zip(experts, scores, strict=False))


def _differences(shown: Ranked, listed: Ranked, scores: dict[str, float]) -> list[str]:
    """Experts of the same score may stand in any order, and any of them may be the last of a full list.

    :param scores: of everybody, by the fresh index
    """
    faults = []
    if len(shown) != len(listed) or not shown:
        faults.append(f"{len(shown)} candidates instead of {len(listed)}")
    for (one, score), (other, _) in pairwise(shown):
        if scores.get(one, 0) < scores.get(other, 0) - TOLERANCE:
            faults.append(f"expert {one} ({score:.4f}) stands above {other}, who fits better")
    last = listed[-1][1] if len(listed) == LIMIT else 0.0
    for expert, score in shown:
        if abs(scores.get(expert, 0) - score) > TOLERANCE + _SHOWN:
            faults.append(f"expert {expert} has {score:.4f} instead of {scores.get(expert, 0):.4f}")
    named = {expert for expert, _ in shown}
    faults += [
        f"expert {expert} is missing" for expert, score in listed if expert not in named and score > last + TOLERANCE
    ]
    return faults
