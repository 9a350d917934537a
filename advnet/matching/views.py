"""Candidates for a consultation: the machine proposes with reasons, the desk decides who is proposed for the panel."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import SelectMultipleField

from advnet.clock import now
from advnet.consultations.invitations.course_views import tabs
from advnet.consultations.invitations.labels import STATES
from advnet.consultations.invitations.model import InvitationState
from advnet.consultations.invitations.service import PROPOSING
from advnet.consultations.model import Consultation
from advnet.consultations.queries import get_consultation
from advnet.consultations.similar import list_similar_consultations
from advnet.errors import DomainError
from advnet.matching import labels
from advnet.matching.candidates import LEAST_SCORE, LIMIT, explain_experts, list_candidates
from advnet.matching.explanation import Candidate
from advnet.matching.service import propose_experts
from advnet.permissions import Permission
from advnet.text import guess_language
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.bounds import identifier
from advnet.web.forms import Form
from advnet.web.request import actor, index, session
from advnet.web.templating import in_language

bp = Blueprint("matching", __name__)

MOST = 100
MOST_ALSO = 20
"""Experts that are looked at beside those of the list."""

LONGEST_REASON = 1000
"""Characters of the reason that is kept with a proposal."""


class ProposalForm(Form):
    """The ticked experts."""

    expert = SelectMultipleField(coerce=identifier, validate_choice=False)


@bp.app_template_global()
def invitation_words(state: str) -> dict[str, str]:
    """Label and tone of an invitation's state; nothing of what was answered."""
    label, tone = STATES[InvitationState(state)]
    return {"label": str(label), "tone": tone}


@bp.app_template_global()
def language_of(text: str) -> str:
    """The language that a text of the expert's own seems to be in, for the ``lang`` of what holds it."""
    return guess_language(text)


@bp.app_context_processor
def words() -> dict[str, object]:
    """The words of finding, for templates."""
    return {"matching_words": labels}


@bp.get("/consultations/<int:consultation_id>/candidates")
@requires(Permission.CONSULTATION_FIND_EXPERTS, consultation=get_consultation)
def candidates(consultation: Consultation) -> Page:
    return _page(consultation, ProposalForm(formdata=None))


@bp.post("/consultations/<int:consultation_id>/candidates")
@requires(Permission.CONSULTATION_FIND_EXPERTS, consultation=get_consultation)
def propose(consultation: Consultation) -> Page:
    """Propose the ticked experts for the panel, each with the reasons that the search gives at this moment."""
    form = ProposalForm()
    if form.validate_on_submit():
        chosen = dict.fromkeys((form.expert.data or [])[:MOST])
        explained = explain_experts(
            session(), index(), actor=actor(), consultation=consultation, expert_ids=list(chosen), now=now()
        )
        reasons = dict.fromkeys(chosen, "") | {one.expert.id: _reason(one) for one in explained}
        try:
            made = propose_experts(session(), actor=actor(), consultation=consultation, reasons=reasons, now=now())
        except DomainError as error:
            form.blame(error)
        else:
            flash(
                ngettext(
                    "%(num)d expert has been proposed for the panel. Nobody has been told yet.",
                    "%(num)d experts have been proposed for the panel. Nobody has been told yet.",
                    len(made),
                )
            )
            return redirect(url_for(".candidates", consultation_id=consultation.id, **_kept()), 303)
    return _page(consultation, form)


def _page(consultation: Consultation, form: ProposalForm) -> Page:
    limit = _limit()
    found = list_candidates(session(), index(), actor=actor(), consultation=consultation, limit=limit, now=now())
    listed = {one.expert.id for one in found.candidates}
    also = explain_experts(
        session(),
        index(),
        actor=actor(),
        consultation=consultation,
        expert_ids=[one for one in also_asked() if one not in listed],
        now=now(),
    )
    askable = sum(one.eligibility.may_be_asked for one in found.candidates)
    page = render_template(
        "matching/candidates.html",
        consultation=consultation,
        form=form,
        found=found,
        also=also,
        also_url=also_url,
        similar=list_similar_consultations(session(), actor=actor(), consultation=consultation),
        ticked=set(form.expert.data or []),
        may_propose=consultation.state in PROPOSING,
        least_percent=round(100 * LEAST_SCORE),
        more=min(MOST, 2 * limit) if askable == limit < MOST else None,
        tabs=tabs(consultation, "matching.candidates"),
    )
    return page, form.status


def also_asked() -> list[int]:
    """The experts that the address names to be looked at beside those of the list."""
    asked = request.args.getlist("also")[:MOST_ALSO]
    return list(dict.fromkeys(int(one) for one in asked if one.isascii() and one.isdecimal() and len(one) < 10))


def also_url(consultation: Consultation, expert_ids: Iterable[int]) -> str:
    """The candidates of the consultation and, beside them, these experts and those who were looked at so far."""
    also = list(dict.fromkeys([*also_asked(), *expert_ids]))[:MOST_ALSO]
    return url_for("matching.candidates", consultation_id=consultation.id, also=also, **_kept())


def _limit() -> int:
    return max(1, min(MOST, request.args.get("limit", LIMIT, type=int)))


def _kept() -> dict[str, Any]:
    return {"limit": _limit()} if "limit" in request.args else {}


def _reason(candidate: Candidate) -> str:
    """What is kept with the proposal, in the language of who proposes."""
    if not candidate.score:
        return str(_("Chosen by hand."))
    said: list[str] = [_("Relevance %(percent)s %%.", percent=round(100 * candidate.score))]
    if candidate.terms:
        said.append(_("Words in common: %(words)s.", words=_list([term.term for term in candidate.terms[:6]])))
    if candidate.skills:
        concepts = [reason.skill.concept for reason in candidate.skills[:3] if reason.skill]
        skills = [in_language(concept.label_ja, concept.label_en) for concept in concepts]
        said.append(_("Skills: %(skills)s.", skills=_list(skills)))
    if candidate.works:
        works = [reason.work.title for reason in candidate.works[:3] if reason.work]
        said.append(_("Works: %(works)s.", works=_list(works)))
    return " ".join(said)[:LONGEST_REASON]


def _list(items: list[str]) -> str:
    separator: str = _(", ")
    return separator.join(items)
