"""The forms of a profile and of a registration."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
    widgets,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from advnet.errors import DomainError
from advnet.experts import labels
from advnet.experts.model import Affiliation, Expert, ExpertSkill
from advnet.experts.profile import NewAffiliation, NewPause
from advnet.experts.works.doi import normalise_doi
from advnet.experts.works.model import Work
from advnet.experts.works.service import NewWork
from advnet.web import forms
from advnet.web.fields import DateField, check_year


class NeededToSubmit:
    """Marks the field as required and refuses nothing: a half-filled section may be saved."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        return None


def at_most(limit: int) -> Length:
    return Length(max=limit, message=_l("Use at most %(max)d characters."))


class EditForm(forms.VersionedForm):
    """Edits a part of a profile: among its values is ``seen``, the version (:mod:`.versions`) that the page showed."""

    def values(self) -> dict[str, Any]:
        values = super().values()
        del values["version"]
        return {**values, "seen": self.seen()}

    def seen(self) -> str:
        """The version that the page showed; empty, which none is, where the field was tampered with."""
        return str(self.version.data or "")


class MonthField(StringField):
    """A month as ``2019-04``; its data is the first day, None when empty."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%Y-%m}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        found = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?", text)
        try:
            self.data = date(int(found[1]), int(found[2]), 1) if found else None
        except ValueError:
            self.data = None
        if self.data is None:
            raise ValueError(self.gettext(str(_l("Enter a month such as 2019-04."))))
        check_year(self, self.data)


class Checkboxes(SelectMultipleField):
    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class IdentityForm(EditForm):
    family_ja = StringField(_l("Family name in kanji"), [at_most(100)])
    given_ja = StringField(_l("Given name in kanji"), [at_most(100)])
    family_kana = StringField(_l("Family name in kana"), [at_most(100)])
    given_kana = StringField(_l("Given name in kana"), [at_most(100)])
    family_en = StringField(_l("Family name in Latin letters"), [NeededToSubmit(), at_most(100)])
    given_en = StringField(_l("Given name in Latin letters"), [NeededToSubmit(), at_most(100)])
    orcid = StringField(_l("ORCID iD"), [at_most(60)])
    country = SelectField(_l("Country in which you work"), [NeededToSubmit()])
    languages = Checkboxes(_l("Languages in which you can answer"), [NeededToSubmit()])
    career_stage = RadioField(
        _l("Career stage"),
        [NeededToSubmit(), Optional()],
        choices=labels.choices(labels.CAREER_STAGES),
        validate_choice=False,
    )

    def __init__(self, expert: Expert, **kwargs: Any) -> None:
        super().__init__(obj=expert, **kwargs)
        self.country.choices = labels.country_choices()
        self.languages.choices = labels.language_choices(expert.languages)

    def values(self) -> dict[str, Any]:
        """As the service takes them; the career stage None when not chosen."""
        stage = self.career_stage.data
        chosen = stage if stage in {choice.value for choice in self.career_stage.choices} else None
        return {**super().values(), "career_stage": chosen, "country": self.country.data or None}


class AffiliationRow(Form):
    name_ja = StringField(_l("Organisation in Japanese"), [at_most(200)])
    name_en = StringField(_l("Organisation in English"), [at_most(200)])
    role_ja = StringField(_l("Position in Japanese"), [at_most(200)])
    role_en = StringField(_l("Position in English"), [at_most(200)])
    from_on = MonthField(_l("From (month)"))
    until_on = MonthField(_l("Until (month)"))

    def values(self) -> dict[str, Any]:
        return {name: field.data.strip() if isinstance(field.data, str) else field.data
                for name, field in self._fields.items()}  # fmt: skip


class AffiliationsForm(EditForm):
    affiliations = FieldList(FormField(AffiliationRow))

    def __init__(self, affiliations: Sequence[Affiliation], **kwargs: Any) -> None:
        shown: Sequence[object] = affiliations or [{}]
        super().__init__(data={"affiliations": shown}, **kwargs)

    def values(self) -> dict[str, Any]:
        """As the service takes them: the rows in which something was entered."""
        given = [entry.form.values() for entry in self.affiliations.entries]
        rows = [NewAffiliation(**values) for values in given if any(values.values())]
        return {**super().values(), "affiliations": rows}


class SkillForm(EditForm):
    level = RadioField(_l("Level"), [InputRequired(_l("Choose a level."))], choices=labels.choices(labels.LEVELS))
    evidence = TextAreaField(_l("Evidence"), [at_most(1000)])

    def __init__(self, skill: ExpertSkill | None = None, **kwargs: Any) -> None:
        data = {"level": str(skill.level), "evidence": skill.evidence} if skill else {}
        super().__init__(data=data, **kwargs)

    def values(self) -> dict[str, Any]:
        return {**super().values(), "level": int(self.level.data), "evidence": self.evidence.data or ""}


class WorkForm(EditForm):
    kind = SelectField(_l("Kind"), choices=labels.choices(labels.WORK_KINDS))
    title = StringField(_l("Title"), [InputRequired(_l("Enter the title.")), at_most(1000)])
    year = IntegerField(_l("Year"), [Optional(), NumberRange(1800, 2200, message=_l("Enter a year with four digits."))])
    venue = StringField(_l("Journal, conference or publisher"), [at_most(300)])
    doi = StringField(_l("DOI"), [at_most(400)])
    url = StringField(_l("Web address"), [at_most(500)])
    abstract = TextAreaField(_l("Abstract"), [at_most(10000)])

    def __init__(self, work: Work | None = None, **kwargs: Any) -> None:
        super().__init__(obj=work, **kwargs)

    def validate_title(self, field: StringField) -> None:
        if not (field.data or "").strip():
            raise ValidationError(str(_l("Enter the title.")))

    def validate_doi(self, field: StringField) -> None:
        if (field.data or "").strip():
            try:
                normalise_doi(field.data)
            except DomainError as error:
                raise ValidationError(forms.translated(error)) from error

    def validate_url(self, field: StringField) -> None:
        if field.data and not re.match(r"\s*https?://\S+\s*$", field.data):
            raise ValidationError(str(_l("Enter an address that begins with https:// or http://.")))

    def work(self) -> NewWork:
        """The work as given; its DOI normalised."""
        doi = (self.doi.data or "").strip()
        return NewWork(
            kind=self.kind.data,
            title=self.title.data.strip(),
            year=self.year.data,
            venue=(self.venue.data or "").strip(),
            doi=normalise_doi(doi) if doi else None,
            url=(self.url.data or "").strip(),
            abstract=(self.abstract.data or "").strip(),
        )


class ReadWorkRow(Form):
    """One work that was read from pasted references."""

    keep = BooleanField(_l("Add this work"))
    title = StringField(_l("Title"), [at_most(1000)])


class PasteForm(forms.Form):
    """References as text, and below them, once read, which of the works to add."""

    text = TextAreaField(_l("References to add"), [InputRequired(_l("Paste at least one reference."))])
    digest = HiddenField()
    works = FieldList(FormField(ReadWorkRow))


class BiographyForm(EditForm):
    biography_ja = TextAreaField(_l("Biography in Japanese"), [at_most(4000)])
    biography_en = TextAreaField(_l("Biography in English"), [at_most(4000)])


class PauseRow(Form):
    from_on = DateField(_l("First day"), [Optional()])
    until_on = DateField(_l("Last day"), [Optional()])
    note = StringField(_l("Note"), [at_most(200)])

    def validate_until_on(self, field: DateField) -> None:
        if (self.from_on.data is None) != (field.data is None):
            raise ValidationError(str(_l("Enter both the first and the last day.")))


class AvailabilityForm(EditForm):
    max_open_invitations = IntegerField(
        _l("Invitations at the same time, at most"),
        [
            InputRequired(_l("Enter a number from 1 to 20.")),
            NumberRange(1, 20, message=_l("Enter a number from 1 to 20.")),
        ],
    )
    off_limits = TextAreaField(_l("Topics about which you do not want to be asked"), [at_most(2000)])
    pauses = FieldList(FormField(PauseRow))

    def __init__(self, expert: Expert, **kwargs: Any) -> None:
        super().__init__(
            data={
                "max_open_invitations": expert.max_open_invitations,
                "off_limits": expert.off_limits,
                "pauses": expert.pauses,
            },
            **kwargs,
        )

    def values(self) -> dict[str, Any]:
        """As the service takes them: the pauses of which both days were entered."""
        rows = [entry.form for entry in self.pauses.entries]
        pauses = [
            NewPause(row.from_on.data, row.until_on.data, (row.note.data or "").strip())
            for row in rows
            if row.from_on.data and row.until_on.data
        ]
        return {**super().values(), "off_limits": self.off_limits.data or "", "pauses": pauses}


class ConsentForm(forms.Form):
    agreed = BooleanField(_l("I have read this and agree."), [InputRequired(_l("Tick the box if you agree."))])

    def values(self) -> dict[str, Any]:
        """None: there is only one text to agree to."""
        return {}


class ConfirmForm(forms.Form):
    """A button that acts: nothing but the CSRF token."""


class ReplyForm(forms.Form):
    reply = TextAreaField(
        _l("Your reply"),
        [InputRequired(_l("Write what you have changed, or your reply to the question.")), at_most(4000)],
    )
