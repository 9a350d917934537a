"""Finding experts: the only place that knows Whoosh. Documents and text go in, ids, scores and reasons come out.

The index only finds; whether a hit may be shown or asked is decided by the database at that moment.

A module imports from its own room and from those before it, and ``scoring`` and ``finding`` do not know each other
(``tests/patrol/test_imports.py`` reads it)::

    errors, arrays, terms   refusals · numbers in mapped files, and loops over them · from text to terms and back
    ranking, glossary       the order of those found · what Japanese words mean in English
    documents               what goes in and what comes out
    vectors                 the meaning of texts, as vectors, and where they are kept
    storage                 the index on disk, written and read
    scoring, finding        whom a question asks for, with reasons · who has all that somebody typed
    index                   all of it, as the rest of the program sees it
    evaluation              how good the matching is, and the weights that make it so
"""

from advnet.search.documents import (
    Change,
    Evidence,
    ExpertDeletion,
    ExpertDocument,
    FieldEvidence,
    FindResult,
    Ignored,
    IndexCounts,
    MatchQuestion,
    Meanings,
    Meant,
    SkillDocument,
    Snippet,
    Snippets,
    TermShare,
    Why,
    WorkDocument,
    WorkEvidence,
)
from advnet.search.errors import IndexBusy, IndexUnusable, SearchError, SearchTimeout
from advnet.search.evaluation.collection import CollectionError, fill_vectors, match_collection
from advnet.search.glossary import Vocabulary
from advnet.search.index import ExpertIndex
from advnet.search.ranking import Hit
from advnet.search.scoring.reasons import Matching
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
    "Ignored",
    "IndexBusy",
    "IndexCounts",
    "IndexUnusable",
    "LocalModel",
    "MatchQuestion",
    "Matching",
    "Meanings",
    "Meant",
    "SearchError",
    "SearchTimeout",
    "SkillDocument",
    "Snippet",
    "Snippets",
    "TermShare",
    "VectorCounts",
    "Vocabulary",
    "Why",
    "WorkDocument",
    "WorkEvidence",
    "fill_vectors",
    "match_collection",
]
