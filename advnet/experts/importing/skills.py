"""The skills that a file names, looked up in the vocabulary by code, label or synonym, in either language."""

from difflib import get_close_matches
from typing import Any

from sqlalchemy.orm import Session

from advnet.errors import msgid
from advnet.experts.importing.rows import ExpertRow, RowError, SkillRow
from advnet.experts.vocabulary.queries import by_word, folded, list_all_concepts

MAX_SUGGESTIONS = 50
"""Unknown words for which the nearest are sought; comparing with the whole vocabulary takes its time."""


class SkillFinder:
    """Knows the concepts that can be chosen, as they were when it was made.

    :ivar notes: a remark for every unknown word that was asked for
    """

    def __init__(self, session: Session) -> None:
        concepts = [concept for concept in list_all_concepts(session) if concept.retired_at is None]
        self.notes: list[RowError] = []
        self._found = {word: named[0] for word, named in by_word(concepts).items()}
        self._suggestions: dict[str, str] = {}

    def known(self, row: ExpertRow) -> list[dict[str, Any]]:
        """Concept, level and evidence of each skill, each concept once.

        A word that stands for concepts of several facets is the one that comes first in the vocabulary.
        """
        skills: dict[int, SkillRow] = {}
        for skill in row.skills:
            concept = self._found.get(folded(skill.word))
            if concept is not None:
                skills.setdefault(concept.id, skill)
        return [{"concept_id": one, "level": skill.level, "evidence": skill.evidence} for one, skill in skills.items()]

    def unknown(self, row: ExpertRow) -> list[str]:
        """The words that stand for nothing; each leaves a note."""
        words = [skill.word for skill in row.skills if folded(skill.word) not in self._found]
        self.notes += [self._note(word, row.row) for word in words]
        return words

    def _note(self, word: str, row: int) -> RowError:
        nearest = self._nearest(folded(word))
        if nearest:
            message = msgid("“%(word)s” is not in the vocabulary; it goes into the biography. Near it: %(nearest)s.")
            return RowError(message, row=row, field="skills", word=word, nearest=nearest)
        message = msgid("“%(word)s” is not in the vocabulary; it goes into the biography.")
        return RowError(message, row=row, field="skills", word=word)

    def _nearest(self, word: str) -> str:
        if word not in self._suggestions and len(self._suggestions) < MAX_SUGGESTIONS:
            matches = get_close_matches(word, self._found, n=3, cutoff=0.75)
            codes = dict.fromkeys(self._found[match].code for match in matches)
            self._suggestions[word] = ", ".join(codes)
        return self._suggestions.get(word, "")
