"""Finding experts: the only place that knows Whoosh. Documents and text go in, ids, scores and reasons come out.

The index only finds; whether a hit may be shown or asked is decided by the database at that moment.
"""

from advnet.search.documents import (
    Change,
    Evidence,
    ExpertDeletion,
    ExpertDocument,
    FieldEvidence,
    FindResult,
    IndexCounts,
    MatchQuestion,
    SkillDocument,
    Snippet,
    Snippets,
    TermShare,
    WorkDocument,
    WorkEvidence,
)
from advnet.search.errors import IndexBusy, IndexUnusable, SearchError, SearchTimeout
from advnet.search.evaluate import CollectionError, fill_vectors, match_collection
from advnet.search.glossary import Vocabulary
from advnet.search.index import ExpertIndex
from advnet.search.ranking import Hit
from advnet.search.reasons import Matching
from advnet.search.vectors import HARMLESS, DenseEvidence, EmbeddingError, EndpointModel, LocalModel, VectorCounts

__all__ = [
    "HARMLESS",
    "Change",
    "CollectionError",
    "DenseEvidence",
    "EmbeddingError",
    "EndpointModel",
    "Evidence",
    "ExpertDeletion",
    "ExpertDocument",
    "ExpertIndex",
    "FieldEvidence",
    "FindResult",
    "Hit",
    "IndexBusy",
    "IndexCounts",
    "IndexUnusable",
    "LocalModel",
    "MatchQuestion",
    "Matching",
    "SearchError",
    "SearchTimeout",
    "SkillDocument",
    "Snippet",
    "Snippets",
    "TermShare",
    "VectorCounts",
    "Vocabulary",
    "WorkDocument",
    "WorkEvidence",
    "fill_vectors",
    "match_collection",
]
