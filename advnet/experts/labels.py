"""The words for the states and kinds of experts, as pages show them, and the tone of each state."""

from collections.abc import Mapping
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from advnet.experts.importing.rows import countries
from advnet.experts.model import CareerStage, KeyKind, Standing
from advnet.experts.registration.completeness import Section
from advnet.experts.registration.model import RegistrationState
from advnet.experts.registration.vetting import Check, RejectionReason
from advnet.experts.vocabulary.model import Facet
from advnet.experts.works.model import WorkKind

SECTIONS = {
    Section.IDENTITY: _l("Name and person"),
    Section.AFFILIATIONS: _l("Affiliations"),
    Section.SKILLS: _l("Skills"),
    Section.WORKS: _l("Works"),
    Section.BIOGRAPHY: _l("Biography"),
    Section.AVAILABILITY: _l("Availability"),
    Section.CONSENT: _l("Consent"),
}

STATES = {
    RegistrationState.STARTED: (_l("Being filled in"), "neutral"),
    RegistrationState.SUBMITTED: (_l("Submitted"), "info"),
    RegistrationState.IN_REVIEW: (_l("In vetting"), "progress"),
    RegistrationState.MORE_ASKED: (_l("More information asked"), "warning"),
    RegistrationState.APPROVED: (_l("Approved"), "success"),
    RegistrationState.REJECTED: (_l("Rejected"), "danger"),
    RegistrationState.WITHDRAWN: (_l("Withdrawn"), "neutral"),
}

STANDINGS = {
    Standing.ACTIVE: (_l("Active"), "success"),
    Standing.PAUSED: (_l("Paused"), "neutral"),
    Standing.RE_VETTING: (_l("Re-vetting"), "progress"),
    Standing.EXPIRED: (_l("Expired"), "warning"),
    Standing.SUSPENDED: (_l("Suspended"), "danger"),
}

CAREER_STAGES = {
    CareerStage.EARLY: _l("Early career (up to about 10 years of research)"),
    CareerStage.MID: _l("Mid career"),
    CareerStage.SENIOR: _l("Senior"),
    CareerStage.EMERITUS: _l("Emeritus or retired"),
}

LEVELS = {
    1: _l("1 – Working knowledge: I can explain it and read its literature"),
    2: _l("2 – Practice: I apply it in my own work"),
    3: _l("3 – Own research or professional responsibility"),
    4: _l("4 – Recognised authority: others turn to me for it"),
}

WORK_KINDS = {
    WorkKind.ARTICLE: _l("Article"),
    WorkKind.CONFERENCE: _l("Conference paper"),
    WorkKind.BOOK: _l("Book"),
    WorkKind.CHAPTER: _l("Book chapter"),
    WorkKind.REPORT: _l("Report"),
    WorkKind.THESIS: _l("Thesis"),
    WorkKind.DATASET: _l("Dataset"),
    WorkKind.SOFTWARE: _l("Software"),
    WorkKind.PATENT: _l("Patent"),
    WorkKind.STANDARD: _l("Standard"),
    WorkKind.OTHER: _l("Other"),
}

FACETS = {
    Facet.FIELD: _l("Fields of science and technology"),
    Facet.AREA: _l("Key areas of science and technology diplomacy"),
    Facet.REGION: _l("Regions"),
    Facet.INSTRUMENT: _l("Instruments of diplomacy"),
}

DUPLICATE_REASONS = {
    KeyKind.EMAIL: _l("Same e-mail address"),
    KeyKind.ORCID: _l("Same ORCID iD"),
    KeyKind.NAME: _l("Same name"),
}

CHECKS = {
    Check.IDENTITY: _l("Identity: the person is who the registration says (ORCID page, page of the institution)"),
    Check.AFFILIATION: _l("Affiliation: the present one is confirmed"),
    Check.COMPETENCE: _l("Competence: the works support the skills and their levels"),
    Check.DUPLICATES: _l("Duplicates: the likely duplicates have been looked at"),
    Check.INTEGRITY: _l("Integrity: nothing known speaks against giving advice to the government"),
}

REJECTION_REASONS = {
    RejectionReason.OUT_OF_SCOPE: _l("The fields are outside what the Network needs at present"),
    RejectionReason.EVIDENCE: _l("The works and other evidence do not sufficiently support the skills"),
    RejectionReason.IDENTITY: _l("Identity or present affiliation could not be confirmed"),
    RejectionReason.DUPLICATE: _l("There is already a registration of the same person"),
    RejectionReason.NO_REPLY: _l("No reply to what was asked"),
    RejectionReason.OTHER: _l("Another reason (write it below)"),
}

OFFERED_LANGUAGES = (
    "ja", "en", "ar", "cs", "da", "de", "es", "fa", "fi", "fr", "he", "hi", "id", "it", "ko", "ms", "nl", "no", "pl",
    "pt", "ru", "sv", "sw", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip


def choices(labels: Mapping[Any, object]) -> list[SelectChoice]:
    """The choices of a select or of radio buttons."""
    return [SelectChoice(str(value), label) for value, label in labels.items()]


def country_name(code: str | None) -> str:
    """In the reader's language; the code itself where it has no name."""
    return str(_locale().territories.get(code, code)) if code else ""


def language_name(code: str) -> str:
    """In the reader's language; the code itself where it has no name."""
    return str(_locale().languages.get(code, code))


def country_choices() -> list[SelectChoice]:
    """All countries by name in the reader's language, Japan first, after an empty choice."""
    named = sorted((country_name(code), code) for code in countries() if code != "JP")
    return [
        SelectChoice("", _l("Choose a country")),
        SelectChoice("JP", country_name("JP")),
        *(SelectChoice(code, name) for name, code in named),
    ]


def language_choices(present: list[str]) -> list[SelectChoice]:
    """The languages that are offered, and those that the person has besides."""
    return [SelectChoice(code, language_name(code)) for code in dict.fromkeys((*OFFERED_LANGUAGES, *present))]


def _locale() -> Locale:
    return get_locale() or Locale("ja")
