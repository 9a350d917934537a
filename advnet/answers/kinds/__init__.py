"""The kinds of questions as experts answer them: one object a kind, looked up here, and no branching by kind elsewhere.

A further kind is a member of ``QuestionKind``, a rule in ``consultations/kinds.py``, an object here, its fields in
``forms.py``, its words in ``labels.py``, and a template ``answers/kinds/<kind>.html``.
"""

from collections.abc import Mapping

from advnet.answers.kinds.appraisal import Appraisal
from advnet.answers.kinds.base import Kind
from advnet.answers.kinds.estimates import Probability, Quantity
from advnet.answers.kinds.options import Choice, Likert, Ranking
from advnet.answers.kinds.words import AskBack, Text
from advnet.consultations.model import Question, QuestionKind

KINDS: Mapping[QuestionKind, Kind] = {
    QuestionKind.TEXT: Text(),
    QuestionKind.CHOICE: Choice(),
    QuestionKind.RANKING: Ranking(),
    QuestionKind.LIKERT: Likert(),
    QuestionKind.PROBABILITY: Probability(),
    QuestionKind.QUANTITY: Quantity(),
    QuestionKind.APPRAISAL: Appraisal(),
    QuestionKind.ASK_BACK: AskBack(),
}


def kind_of(question: Question) -> Kind:
    return KINDS[QuestionKind(question.kind)]
