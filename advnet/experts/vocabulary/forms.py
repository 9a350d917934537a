"""The forms of the vocabulary's pages."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from advnet.experts.vocabulary.model import Concept
from advnet.experts.vocabulary.service import MAX_LABEL, Wording
from advnet.web.forms import VersionedForm

LABEL = (InputRequired(_l("Enter a label.")), Length(max=MAX_LABEL, message=_l("Use at most 200 characters.")))


class ConceptForm(VersionedForm):
    label_ja = StringField(_l("Label in Japanese"), LABEL)
    label_en = StringField(_l("Label in English"), LABEL)
    parent_id = SelectField(_l("Broader concept"))
    synonyms_ja = TextAreaField(_l("Synonyms in Japanese"))
    synonyms_en = TextAreaField(_l("Synonyms in English"))
    note = TextAreaField(_l("Note"), [Length(max=2000, message=_l("Use at most 2,000 characters."))])

    def __init__(
        self, *, choices: list[SelectChoice], concept: Concept | None = None, parent: str = "", **kwargs: Any
    ) -> None:
        super().__init__(data=shown(concept) if concept else {"parent_id": parent}, **kwargs)
        self.parent_id.choices = choices

    @property
    def wording(self) -> Wording:
        return Wording(
            label_en=self.label_en.data,
            label_ja=self.label_ja.data,
            synonyms_en=(self.synonyms_en.data or "").splitlines(),
            synonyms_ja=(self.synonyms_ja.data or "").splitlines(),
            note=self.note.data or "",
            parent_id=int(self.parent_id.data) if self.parent_id.data else None,
        )


def shown(concept: Concept) -> dict[str, Any]:
    """What the form of a concept shows at first."""
    return {
        "label_ja": concept.label_ja,
        "label_en": concept.label_en,
        "parent_id": str(concept.parent_id or ""),
        "synonyms_ja": "\n".join(concept.synonyms_ja),
        "synonyms_en": "\n".join(concept.synonyms_en),
        "note": concept.note or "",
        "version": str(concept.version),
    }
