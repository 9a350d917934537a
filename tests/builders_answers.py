"""Drafts and submitted answers for tests of any part."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from advnet.answers import service
from advnet.answers.drafts import Draft
from advnet.answers.model import Contributor
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.invitations.queries import get_own_invitation


def make_draft(invitation: Invitation, **overrides: Any) -> Draft:
    """A draft that answers every question of the invitation's consultation, with one item of evidence each."""
    draft: Draft = {}
    for question in invitation.consultation.questions:
        draft[str(question.id)] = {
            "text": f"The answer to question {question.position}",
            "choices": [question.options[0]["value"]] if question.options else [],
            "sureness": "70",
            "language": "",
            "evidence": [{"kind": "report", "link": "https://example.org/report", "doi": "", "note": ""}],
            **overrides,
        }
    return draft


def own(session: Session, invitation: Invitation) -> Invitation:
    """The invitation as its expert's pages load it."""
    user = invitation.expert.user
    assert user is not None
    session.flush()
    return get_own_invitation(session, invitation.id, actor=user.actor)


def submit(session: Session, invitation: Invitation, *, now: datetime, **overrides: Any) -> Contributor:
    """Save a whole draft and submit it as the invited expert."""
    invitation = own(session, invitation)
    user = invitation.expert.user
    assert user is not None
    contributor = service.open_contributor(session, invitation=invitation)
    service.save_draft(
        session,
        actor=user.actor,
        invitation=invitation,
        draft=make_draft(invitation, **overrides),
        seen_version=contributor.draft_version,
        now=now,
    )
    return service.submit_answers(session, actor=user.actor, invitation=invitation, now=now)
