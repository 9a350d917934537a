"""The index of an installation, with the evidence that its settings ask for."""

from dataclasses import replace
from pathlib import Path

from advnet.config import Embeddings, Settings
from advnet.search import DenseEvidence, EndpointModel, ExpertIndex, LocalModel
from advnet.search.glossary import pivot, pivot_version


def open_index(settings: Settings, *, threads: int | None = None) -> ExpertIndex:
    """Nothing is read or loaded before it is needed.

    :param threads: how many processors the local model uses; None for what the settings say
    """
    chosen = settings.embeddings if threads is None else replace(settings.embeddings, threads=threads)
    return ExpertIndex(
        settings.index_folder,
        dense=dense_evidence(chosen, settings.vectors_file),
        half_life_years=settings.half_life_years,
    )


def dense_evidence(chosen: Embeddings, store_path: Path, *, forgets: bool = True) -> DenseEvidence | None:
    """None where it is switched off.

    :param store_path: where vectors are kept
    :param forgets: whether those that the index does not use are dropped
    """
    if chosen.kind == "off":
        return None
    embedder = (
        LocalModel(threads=chosen.threads)
        if chosen.kind == "local"
        else EndpointModel(url=chosen.url, model=chosen.model, key=chosen.key, reads_japanese=chosen.reads_japanese)
    )
    return DenseEvidence(
        embedder,
        store_path=store_path,
        forgets=forgets,
        pivot=pivot,
        pivot_version=pivot_version(),
        stays_here=chosen.stays_here,
    )
