"""What was true, in words."""

from flask_babel import gettext as _

from advnet.consultations.model import Question, QuestionKind
from advnet.figures import write_figure
from advnet.web.templating import in_language


def outcome_of(question: Question) -> str:
    """Such as "It came true" or "4.3 million km²"; empty as long as it is not known."""
    if question.outcome is None:
        return ""
    if question.kind == QuestionKind.PROBABILITY:
        return str(_("It came true") if question.outcome else _("It did not come true"))
    unit = in_language(question.settings.get("unit_ja"), question.settings.get("unit_en"))
    return f"{write_figure(question.outcome)} {unit}".rstrip()
