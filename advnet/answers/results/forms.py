"""The form in which the desk chooses the rule of one question."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired

from advnet.answers.results.assembling import QuestionResult
from advnet.answers.results.labels import rule_title
from advnet.web.forms import Form


class RuleForm(Form):
    rule = SelectField(_l("Rule"), [InputRequired(_l("Choose a rule."))])


def rule_form(result: QuestionResult, *, reads_request: bool) -> RuleForm:
    """The rules whose needs are met, the one in use chosen. Names carry the question, as a page has several forms."""
    chosen = next((one.name for one in result.offers if one.is_chosen), "")
    source = {} if reads_request else {"formdata": None}
    form = RuleForm(prefix=f"question-{result.question.position}-", data={"rule": chosen}, **source)
    form.rule.choices = {one.name: rule_title(one.name) for one in result.offers if not one.lacks}
    return form
