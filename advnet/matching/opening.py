"""The index of an installation, with the evidence that its settings ask for."""

from pathlib import Path

from advnet.config import Settings
from advnet.search import DenseEvidence, EndpointModel, ExpertIndex, LocalModel
from advnet.search.glossary import pivot

PIVOT_VERSION = "1"
"""Raise it with any change to the glossary: Japanese texts are then brought into English and embedded anew."""


def open_index(settings: Settings) -> ExpertIndex:
    """Nothing is read or loaded before it is needed."""
    return ExpertIndex(settings.index_folder, dense=dense_evidence(settings, settings.vectors_file))


def dense_evidence(settings: Settings, store_path: Path) -> DenseEvidence | None:
    """None where it is switched off. :param store_path: where vectors are kept"""
    if settings.embeddings == "off":
        return None
    embedder = (
        LocalModel(threads=settings.embeddings_threads)
        if settings.embeddings == "local"
        else EndpointModel(
            url=settings.embeddings_url,
            model=settings.embeddings_model,
            key=settings.embeddings_key,
            reads_japanese="ja" in settings.embeddings_languages,
        )
    )
    return DenseEvidence(embedder, store_path=store_path, pivot=pivot, pivot_version=PIVOT_VERSION)
