"""How long a consultation's results take: 500 experts × 50 questions read, assembled and shown, on SQLite in process.

    python tests/benchmarks/bench_results.py [--experts 500] [--questions 50] [--repeats 20]

The peer is plain sqlite3 fetching the rows of the same statements and throwing them away, in the same run: what stands
above it is what the program adds (JSON, arrays, rules, pictures, template).
"""

import argparse
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from flask.testing import FlaskClient

from advnet import create_app, schema
from advnet.accounts.model import Role
from advnet.accounts.queries import find_user_by_email
from advnet.answers.model import Answer, AnswerState, Contributor
from advnet.answers.results.assembling import assemble
from advnet.answers.results.queries import list_given, list_labels
from advnet.config import Settings
from advnet.consultations.kinds import INTERVAL
from advnet.consultations.model import Mode, Question, QuestionKind
from advnet.consultations.queries import get_consultation
from advnet.db import Database
from tests.builders_consultations import make_consultation
from tests.people import PASSWORD, People

EMAIL = "advisor@example.org"
KINDS = (
    QuestionKind.PROBABILITY,
    QuestionKind.QUANTITY,
    QuestionKind.LIKERT,
    QuestionKind.RANKING,
    QuestionKind.CHOICE,
)
OPTIONS = [{"value": str(place), "label_ja": f"選択肢{place}", "label_en": f"Option {place}"} for place in range(1, 6)]
UNIT = {"unit_ja": "億円", "unit_en": "100 million yen", "form": INTERVAL, "minimum": None, "maximum": None}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experts", type=int, default=500)
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--repeats", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environ(
            {
                "ADVNET_MODE": "test",
                "ADVNET_INSTANCE": folder,
                "ADVNET_SECRET_KEY": "only for this measurement",
                "ADVNET_BASE_URL": "http://localhost",
                "ADVNET_LOG_LEVEL": "CRITICAL",
            }
        )
        database = Database(settings.database_url)
        schema.upgrade(database)
        app = create_app(settings)
        database = app.extensions["advnet.database"]
        number = fill(database, experts=asked.experts, questions=asked.questions)
        client = app.test_client()
        sign_in(client)
        report(database, client, number, repeats=asked.repeats)


def fill(database: Database, *, experts: int, questions: int) -> int:
    random = np.random.default_rng(7)
    now = datetime.now(UTC)
    with database.transaction() as session:
        advisor = People(session, now).make(Role.ADVISOR, email=EMAIL)
        consultation = make_consultation(session, by=advisor, state="synthesis", now=now)
        consultation.mode = Mode.ANONYMOUS
        consultation.questions = []
        session.flush()
        consultation.questions = [question(place) for place in range(questions)]
        session.flush()
        contributors = [
            Contributor(consultation_id=consultation.id, number=place, state=AnswerState.SUBMITTED, revision=1)
            for place in range(1, experts + 1)
        ]
        session.add_all(contributors)
        session.flush()
        rows = [
            answer(random, one, contributor.id, number)
            for contributor in contributors
            for one in consultation.questions
            for number in (1, 2)
        ]
        for row, place in zip(rows, random.choice(2**50, len(rows), replace=False), strict=True):
            row["id"] = int(place) + 1
        session.execute(sa.insert(Answer), rows)
        return consultation.id


def question(place: int) -> Question:
    kind = KINDS[place % len(KINDS)]
    has_options = kind not in (QuestionKind.PROBABILITY, QuestionKind.QUANTITY)
    return Question(
        position=place + 1,
        kind=kind,
        prompt_en=f"Question {place + 1}",
        options=OPTIONS if has_options else [],
        settings=UNIT if kind == QuestionKind.QUANTITY else {},
    )


def answer(random: np.random.Generator, one: Question, contributor_id: int, number: int) -> dict[str, Any]:
    low, best, high = (float(value) for value in np.sort(random.random(3) * 100).round(2))
    values = {"low": low, "best": best, "high": high} if not one.options else {}
    places = [str(place) for place in random.permutation(len(OPTIONS)) + 1]
    chosen = places if one.kind == QuestionKind.RANKING else places[:1] if one.options else []
    return {
        "contributor_id": contributor_id,
        "question_id": one.id,
        "revision": number,
        "round_number": number,
        "is_latest": number == 2,
        "is_last_of_round": True,
        "language": "en",
        "text": "",
        "choices": chosen,
        "values": values,
        "sureness_percent": 80,
    }


def report(database: Database, client: FlaskClient, number: int, *, repeats: int) -> None:
    with database.reading() as session:
        advisor = find_user_by_email(session, EMAIL)
        assert advisor is not None
        consultation = get_consultation(session, number, actor=advisor.actor)
        who, questions = advisor.actor, list(consultation.questions)
        given = list_given(session, actor=who, consultation=consultation)
        print(f"{len(questions)} questions, {len(given)} answers; ms of {repeats}: median, p95, CPU median, most")
        tell("read", lambda: list_given(session, actor=who, consultation=consultation), repeats)
        tell("labels", lambda: list_labels(session, actor=who, consultation=consultation), repeats)
        tell("assemble", lambda: assemble(questions, given), repeats)
    for name, query in [
        ("list of all", ""),
        *((f"page, {one.kind}", f"?question={one.position}") for one in questions[:5]),
    ]:
        address = f"/consultations/{number}/results{query}"
        sent = statements_of(database, client, address)
        tell(name, lambda address=address: get(client, address), repeats)  # type: ignore[misc]
        tell("  its statements in sqlite3", lambda sent=sent: plainly(database, sent), repeats)  # type: ignore[misc]


def tell(name: str, act: Callable[[], object], repeats: int) -> None:
    clock, cpu = [], []
    for _ in range(repeats):
        start, worked = time.perf_counter(), time.process_time()
        act()
        clock.append((time.perf_counter() - start) * 1000)
        cpu.append((time.process_time() - worked) * 1000)
    p95 = statistics.quantiles(clock, n=20, method="inclusive")[-1]
    print(f"  {name:<30}{statistics.median(clock):>9.1f}{p95:>9.1f}{statistics.median(cpu):>9.1f}{max(cpu):>9.1f}")


def statements_of(database: Database, client: FlaskClient, address: str) -> list[tuple[str, Any]]:
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, parameters))

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        get(client, address)
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)
    return sent


def plainly(database: Database, sent: Sequence[tuple[str, Any]]) -> None:
    connection = sqlite3.connect(str(database.url.database))
    for statement, parameters in sent:
        connection.execute(statement, parameters).fetchall()
    connection.close()


def sign_in(client: FlaskClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    answered = client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD, "csrf_token": found[1]})
    assert answered.status_code in (302, 303), answered.status_code


def get(client: FlaskClient, address: str) -> None:
    answered = client.get(address, headers={"Accept-Language": "en"})
    assert answered.status_code == 200, answered.status_code
    answered.get_data()


if __name__ == "__main__":
    main()
