"""The bridge from Japanese to English: what Japanese words mean, from the platform's vocabulary and from JMdict."""

from advnet.search.glossary.glossing import (
    NO_VOCABULARY,
    Gloss,
    Vocabulary,
    gloss,
    gloss_for_index,
    pivot,
    pivot_version,
)

__all__ = ["NO_VOCABULARY", "Gloss", "Vocabulary", "gloss", "gloss_for_index", "pivot", "pivot_version"]
