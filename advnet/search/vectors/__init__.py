"""Vectors of what experts write and of what is asked: made by a model on this machine or by a server, kept by text."""

from advnet.search.vectors.dense import NO_DENSE, OFF, QUESTIONS_FILE, DenseEvidence, VectorCounts
from advnet.search.vectors.embedding import REASONS, Embedder, EmbeddingError
from advnet.search.vectors.endpoint import EndpointModel
from advnet.search.vectors.model import LocalModel
from advnet.search.vectors.questions import OTHER_LANGUAGE, DenseQuestion
from advnet.search.vectors.refusing import HARMLESS

__all__ = [
    "HARMLESS",
    "NO_DENSE",
    "OFF",
    "OTHER_LANGUAGE",
    "QUESTIONS_FILE",
    "REASONS",
    "DenseEvidence",
    "DenseQuestion",
    "Embedder",
    "EmbeddingError",
    "EndpointModel",
    "LocalModel",
    "VectorCounts",
]
