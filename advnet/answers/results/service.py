"""The desk's choice of a rule, which the audit log tells."""

from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.answers.results.rules import Lack, Offer, usual_rule
from advnet.audit.service import record
from advnet.consultations.model import Consultation, Question
from advnet.consultations.moves import lock
from advnet.errors import DomainError, Invalid, WrongState, msgid
from advnet.permissions import Permission, require


class RuleLacks(DomainError):
    """:ivar lacks: what the rule needs and was not asked"""

    message = msgid("This rule needs more than was asked: choose another.")

    def __init__(self, lacks: frozenset[Lack]) -> None:
        super().__init__(field="rule")
        self.lacks = lacks


def choose_rule(
    session: Session,
    *,
    actor: Actor,
    consultation: Consultation,
    question: Question,
    rule: str,
    offers: tuple[Offer, ...],
    now: datetime,
) -> None:
    """The question's figures are pooled by this rule from now on, and the audit log says by whose choice.

    :param offers: the rules that there are for the question, with what each lacks
    :raises WrongState: the advice has been issued, whose figures would no longer be those that the page shows
    :raises Invalid: there is no such rule for this kind of question
    :raises RuleLacks: its needs are not met; nothing is changed
    """
    lock(session, consultation)
    require(Permission.ANSWER_POOL, actor, consultation)
    if consultation.issued_at is not None:
        raise WrongState(msgid("The advice has been issued: its figures stay as they are."))
    offer = next((one for one in offers if one.name == rule), None)
    if offer is None:
        raise Invalid(msgid("There is no such rule."), field="rule")
    if offer.lacks:
        raise RuleLacks(offer.lacks)
    if rule == (question.rule or usual_rule(question)):
        return
    before, question.rule = question.rule or usual_rule(question), "" if offer.is_usual else rule
    detail = {"question": question.position, "rule": rule, "before": before}
    record(session, actor=actor, event="consultation:rule-chosen", subject=consultation, detail=detail, now=now)
