"""A server that embeds, asked as OpenAI's ``POST /v1/embeddings`` is: ``{"model", "input": […]}``, with a bearer key.

Redirects are not followed, so that the key goes nowhere else. Neither the key nor a text stands in any message.
"""

import http.client
import json
import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, urlsplit

import numpy as np

from advnet.search.vectors.embedding import REFUSED, UNREACHABLE, WRONG_ANSWER, EmbeddingError, Vectors, of_length_one

BATCH = 32
"""Texts in one request."""

PATIENCE_SECONDS = 60.0
_REFUSALS = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY})
"""It is about what was sent; another key, address or time would not help."""

_LARGEST_ANSWER = 64 * 2**20
_LONGEST_LETTERS = 8_000


class EndpointModel:
    """:param url: of the server, with or without ``/v1`` and ``/v1/embeddings``
    :param key: sent as bearer token; None for none
    """

    def __init__(self, *, url: str, model: str, key: str | None = None, reads_japanese: bool = False) -> None:
        self.id = f"endpoint:{model}/1"
        self.batch = BATCH
        self.reads_japanese = reads_japanese
        self._address = urlsplit(_whole(url))
        self._model = model
        self._key = key
        self._dimensions: int | None = None
        self._trouble: str | None = None

    def trouble(self) -> str | None:
        """See :class:`Embedder`: why the last request failed."""
        return self._trouble

    def embed(self, texts: Sequence[str], *, seconds: float | None = None) -> Vectors:
        """See :class:`Embedder`. The length of vectors is that of the first answer."""
        until = time.monotonic() + (seconds or PATIENCE_SECONDS)
        try:
            rows = [
                self._ask([text[:_LONGEST_LETTERS] for text in texts[at : at + BATCH]], until)
                for at in range(0, len(texts), BATCH)
            ]
            found = of_length_one(np.concatenate(rows)) if rows else np.empty((0, 0), dtype=np.float32)
        except EmbeddingError as error:
            self._trouble = error.reason
            raise
        self._trouble = None
        return found

    def _ask(self, texts: list[str], until: float) -> Vectors:
        body = json.dumps({"model": self._model, "input": texts, "encoding_format": "float"}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        try:
            status, answer = _post(self._address, body, headers, until)
        except (OSError, http.client.HTTPException) as error:
            raise EmbeddingError(f"the endpoint: {type(error).__name__}", reason=UNREACHABLE) from error
        except ValueError as error:  # its message may hold a header, and so the key
            raise EmbeddingError(f"the endpoint: {type(error).__name__}", reason=UNREACHABLE) from None
        if status != HTTPStatus.OK:
            reason = REFUSED if status in _REFUSALS else UNREACHABLE
            raise EmbeddingError(f"the endpoint answered {status}", reason=reason)
        vectors = _read(answer, len(texts))
        if self._dimensions not in {None, vectors.shape[1]}:
            raise EmbeddingError("the endpoint's vectors have changed their length", reason=WRONG_ANSWER)
        self._dimensions = vectors.shape[1]
        return vectors


def _whole(url: str) -> str:
    url = url.rstrip("/")
    if url.endswith("/embeddings"):
        return url
    return f"{url}/embeddings" if url.endswith("/v1") else f"{url}/v1/embeddings"


def _post(address: SplitResult, body: bytes, headers: dict[str, str], until: float) -> tuple[int, bytes]:
    """Status and body. :raises TimeoutError: it took too long, however little at a time came"""
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=_left(until))
    try:
        connection.request("POST", address.path + (f"?{address.query}" if address.query else ""), body, headers)
        with connection.getresponse() as response:
            pieces: list[bytes] = []
            size = 0
            while size <= _LARGEST_ANSWER:
                _left(until)
                piece = response.read1(2**16)
                if not piece:
                    return response.status, b"".join(pieces)
                pieces.append(piece)
                size += len(piece)
            raise http.client.HTTPException("too much")
    finally:
        connection.close()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _read(answer: bytes, wanted: int) -> Vectors:
    """:raises EmbeddingError: it is not one vector for each text, all of one length"""
    try:
        rows: list[Any] = json.loads(answer)["data"]
        ordered = sorted(rows, key=lambda row: row["index"])
        if [row["index"] for row in ordered] != list(range(wanted)):
            raise ValueError("not one for each text")
        with np.errstate(over="ignore"):
            found = np.array([row["embedding"] for row in ordered], dtype=np.float32)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise EmbeddingError("the endpoint's answer is not one vector for each text", reason=WRONG_ANSWER) from error
    if found.ndim != 2 or not found.shape[1] or not np.isfinite(found).all():
        raise EmbeddingError("the endpoint's vectors are not of one length", reason=WRONG_ANSWER)
    return found
