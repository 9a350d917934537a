"""A server that embeds: what is asked of it, and every way in which it may fail."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
import pytest

from advnet.search.vectors import EmbeddingError, EndpointModel
from advnet.search.vectors.embedding import REFUSED, UNREACHABLE, WRONG_ANSWER
from advnet.search.vectors.endpoint import BATCH
from tests.search.vectors.server import Behaviour, serving

KEY = "sk-not-to-be-seen"
TEXT = "a text that is nobody's business"


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour()


@pytest.fixture
def url(behaviour: Behaviour) -> Iterator[str]:
    with serving(behaviour) as address:
        yield address


def failure(model: EndpointModel, texts: tuple[str, ...] = (TEXT,), seconds: float | None = None) -> str:
    with pytest.raises(EmbeddingError) as caught:
        model.embed(texts, seconds=seconds)
    assert KEY not in f"{caught.value!r}{caught.value.__cause__!r}"
    assert TEXT not in f"{caught.value!r}{caught.value.__cause__!r}"
    assert model.trouble() == caught.value.reason
    return caught.value.reason


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/embeddings"])
def test_it_is_asked_as_openai_is(behaviour: Behaviour, url: str, path: str):
    model = EndpointModel(url=url + path, model="some-model", key=KEY)
    found = model.embed(["ab", "abc"])
    ((asked, headers, body),) = behaviour.requests
    assert asked == "/v1/embeddings"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert (body["model"], body["input"]) == ("some-model", ["ab", "abc"])
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    assert found[1][0] > found[0][0], "in the order asked, whatever the order of the answer"
    assert model.trouble() is None


def test_without_a_key_none_is_sent(behaviour: Behaviour, url: str):
    EndpointModel(url=url, model="m").embed(["a"])
    assert "Authorization" not in behaviour.requests[0][1]


def test_many_texts_go_in_several_requests(behaviour: Behaviour, url: str):
    assert len(EndpointModel(url=url, model="m").embed(["a"] * (BATCH + 1))) == BATCH + 1
    assert [len(body["input"]) for *_, body in behaviour.requests] == [BATCH, 1]


def test_no_texts_ask_nothing(behaviour: Behaviour, url: str):
    assert len(EndpointModel(url=url, model="m").embed([])) == 0
    assert behaviour.requests == []


@pytest.mark.parametrize(
    ("status", "reason"),
    [(status, UNREACHABLE) for status in (401, 404, 429, 500, 503)] + [(status, REFUSED) for status in (400, 413, 422)],
)
def test_a_refusal_is_told(behaviour: Behaviour, url: str, status: int, reason: str):
    behaviour.status = status
    assert failure(EndpointModel(url=url, model="m", key=KEY)) == reason


def test_a_redirect_is_not_followed(behaviour: Behaviour, url: str):
    elsewhere = Behaviour()
    with serving(elsewhere) as other:
        behaviour.status, behaviour.headers = 307, {"Location": f"{other}/v1/embeddings"}
        assert failure(EndpointModel(url=url, model="m", key=KEY)) == UNREACHABLE
    assert elsewhere.requests == []


def test_nobody_there_is_told():
    with ExitStack() as stack:
        taken = stack.enter_context(socket.socket())
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert failure(EndpointModel(url=url, model="m", key=KEY)) == UNREACHABLE


@pytest.mark.parametrize("slow", ["wait_seconds", "drip_seconds"])
def test_a_slow_server_is_given_up_though_it_would_answer(behaviour: Behaviour, url: str, slow: str):
    """Each letter of a dripping answer comes in time, and the whole of it does not."""
    setattr(behaviour, slow, 0.1 if slow == "drip_seconds" else 5)
    assert failure(EndpointModel(url=url, model="m", key=KEY), seconds=0.5) == UNREACHABLE


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\xff\xfe not text",
        b"[" * 100_000,
        [],
        {"data": None},
        {"data": []},
        {"data": [{"index": 0}]},
        {"data": [{"index": 1, "embedding": [1.0]}]},
        {"data": [{"index": 0, "embedding": "AAAA"}]},
        {"data": [{"index": 0, "embedding": []}]},
        {"data": [{"index": 0, "embedding": [0.0, 0.0]}]},
        {"data": [{"index": 0, "embedding": [1.0, float("nan")]}]},
        {"data": [{"index": 0, "embedding": [1.0, 1e300]}]},
        {"data": [{"index": 0, "embedding": [[1.0], [2.0]]}]},
        {"data": [{"index": 0, "embedding": [1.0]}, {"index": 0, "embedding": [1.0]}]},
    ],
    ids=lambda answer: str(answer)[:40],
)
def test_an_answer_that_is_no_vector_is_told(behaviour: Behaviour, url: str, answer: object):
    behaviour.answer = lambda _request: answer  # type: ignore[method-assign]
    assert failure(EndpointModel(url=url, model="m", key=KEY)) == WRONG_ANSWER


def test_rows_of_different_length_are_told(behaviour: Behaviour, url: str):
    rows = [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0, 2.0]}]
    behaviour.answer = lambda _request: {"data": rows}  # type: ignore[method-assign]
    assert failure(EndpointModel(url=url, model="m", key=KEY), ("a", "b")) == WRONG_ANSWER


def test_vectors_that_change_their_length_are_told(behaviour: Behaviour, url: str):
    model = EndpointModel(url=url, model="m", key=KEY)
    model.embed(["a"])
    behaviour.dimensions = 5
    assert failure(model) == WRONG_ANSWER


def test_it_is_no_trouble_any_more_when_it_answers_again(behaviour: Behaviour, url: str):
    model = EndpointModel(url=url, model="m", key=KEY)
    behaviour.status = 500
    failure(model)
    behaviour.status = 200
    model.embed(["a"])
    assert model.trouble() is None


def test_a_key_that_cannot_be_sent_stands_in_no_message(url: str):
    assert failure(EndpointModel(url=url, model="m", key=f"{KEY}\n")) == UNREACHABLE
