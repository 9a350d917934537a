"""The words of briefs that pages and files show."""

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from advnet.advice.model import BriefState
from advnet.answers.kinds.labels import answer_in_words
from advnet.answers.labels import names_contributors
from advnet.answers.model import Release
from advnet.answers.queries import Label, LabelledAnswer
from advnet.consultations.model import Consultation
from advnet.web.templating import in_language

STATES: dict[BriefState, tuple[LazyString, str]] = {
    BriefState.DRAFTING: (_l("Being drafted"), "progress"),
    BriefState.IN_REVIEW: (_l("In review"), "warning"),
    BriefState.ISSUED: (_l("Issued"), "success"),
}
"""Label and tone of each state."""


def cited_label(cited: LabelledAnswer, consultation: Consultation) -> str:
    """Whose answer to which question, as the document itself says it."""
    may_name = names_contributors(consultation)
    text: str = _(
        "%(who)s, question %(number)s",
        who=contributor_label(cited.label) if may_name else _expert(cited.label),
        number=cited.answer.question.position,
    )
    return text


def cited_words(cited: LabelledAnswer) -> str:
    """What the answer says in options or figures, so that a reader of the brief can check it; no reasons, no grounds.

    Where the expert lets it be told in other words alone, that is said instead.
    """
    if cited.answer.release == Release.PARAPHRASED:
        said: str = _("Told in other words, as the expert wishes.")
        return said
    return answer_in_words(cited.answer.question, cited.answer)


def contributor_label(label: Label) -> str:
    """The name where this reader may know it, else the pseudonym."""
    return in_language(label.name_ja, label.name_en) if label.is_named else _expert(label)


def chatham_house_note() -> str:
    """What the Chatham House Rule asks of readers. Source: Chatham House, the Rule as put in 2002."""
    text: str = _(
        "Chatham House Rule: you are free to use the information in this brief, but do not reveal who contributed to "
        "it or where they belong."
    )
    return text


def _expert(label: Label) -> str:
    text: str = _("Expert %(number)s", number=label.number)
    return text
