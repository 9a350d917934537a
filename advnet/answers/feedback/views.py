"""What a round brought: the expert's page, and the desk's page of all rounds."""

from flask import render_template

from advnet.answers.feedback import queries
from advnet.answers.feedback.labels import FIGURES, RULES
from advnet.answers.feedback.picture_views import picture_of
from advnet.answers.views import bp
from advnet.clock import now
from advnet.consultations.invitations.course_views import next_steps, tabs
from advnet.consultations.invitations.model import Invitation, takes_answers
from advnet.consultations.invitations.queries import progress
from advnet.consultations.model import Consultation
from advnet.consultations.queries import get_consultation
from advnet.consultations.rounds.queries import list_rounds
from advnet.consultations.rounds.views import bp as rounds
from advnet.permissions import Permission
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.request import actor, session


@bp.get("/invitations/<int:invitation_id>/feedback")
@requires(Permission.FEEDBACK_READ, invitation=queries.get_invitation_with_feedback)
def feedback(invitation: Invitation) -> Page:
    found = queries.load_feedback(session(), actor=actor(), invitation=invitation)
    return render_template(
        "answers/feedback.html",
        invitation=invitation,
        consultation=invitation.consultation,
        feedback=found,
        pictures={
            part.question.id: picture_of(part.question, part.distribution, number=found.number)
            for part in found.questions
            if part.distribution
        },
        takes_answers=takes_answers(invitation, now=now()),
    )


@rounds.get("/consultations/<int:consultation_id>/rounds")
@requires(Permission.DESK_READ, consultation=get_consultation)
def show(consultation: Consultation) -> Page:
    return render_template(
        "rounds/show.html",
        consultation=consultation,
        proposals=queries.list_proposals(session(), actor=actor(), consultation=consultation),
        rules=RULES,
        figures=FIGURES,
        rounds=list_rounds(session(), consultation_id=consultation.id),
        progress=progress(session(), consultation=consultation),
        tabs=tabs(consultation, "rounds.show"),
        next_steps=next_steps(consultation),
    )
