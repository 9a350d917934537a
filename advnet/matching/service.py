"""Proposing candidates for the panel: the machine has proposed with reasons, here a person decides."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.invitations.service import propose_invitation
from advnet.consultations.model import Consultation
from advnet.errors import DomainError, Invalid, msgid
from advnet.experts.model import Expert
from advnet.matching.eligibility import judge_experts
from advnet.matching.queries import among
from advnet.permissions import Permission, require


class NotEligible(DomainError):
    message = msgid("%(name)s can no longer be asked. Look at the list again; nobody was proposed.")


class HasLeft(NotEligible):
    message = msgid("One of the experts has left the Network. Look at the list again; nobody was proposed.")


class NobodyChosen(Invalid):
    message = msgid("Choose at least one expert.")


def propose_experts(
    session: Session, *, actor: Actor, consultation: Consultation, reasons: Mapping[int, str], now: datetime
) -> list[Invitation]:
    """Every one of the experts stands proposed for the consultation; nobody is told.

    :param reasons: expert → why, in a line, kept with the invitation
    :raises NobodyChosen: there are none
    :raises NotEligible: the database says no to one of them now; nothing is changed
    :raises WrongState: the consultation is not looking for experts
    """
    require(Permission.CONSULTATION_FIND_EXPERTS, actor, consultation)
    if not reasons:
        raise NobodyChosen(field="expert")
    judged = judge_experts(session, reasons.keys(), consultation=consultation, now=now)
    experts = {
        expert.id: expert for expert in session.scalars(sa.select(Expert).where(among(session, Expert.id, reasons)))
    }
    for expert_id, eligibility in judged.items():
        if not eligibility.may_be_asked:
            if not eligibility.may_be_named:
                raise HasLeft(field="expert")
            raise NotEligible(field="expert", name=_name(experts[expert_id]))
    return [
        propose_invitation(
            session, actor=actor, consultation=consultation, expert=experts[expert_id], reason=reason, now=now
        )
        for expert_id, reason in reasons.items()
    ]


def _name(expert: Expert) -> str:
    return expert.name_ja or expert.name_en
