"""Skills of the own profile: find a concept by a word or by going down the vocabulary, then say how well."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from advnet.clock import now
from advnet.errors import DomainError, EditedMeanwhile, NotFound
from advnet.experts import queries, skills
from advnet.experts.forms import SkillForm
from advnet.experts.model import ExpertSkill
from advnet.experts.registration.completeness import Section
from advnet.experts.section_views import own_expert, section_page
from advnet.experts.views import bp
from advnet.experts.vocabulary.model import Concept
from advnet.experts.vocabulary.queries import search_concepts
from advnet.permissions import Permission
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.bounds import identifier
from advnet.web.request import actor, session

FOUND_AT_ONCE = 20


@bp.get("/profile/skills")
@requires(Permission.PROFILE_FILL)
def edit_skills() -> Page:
    text = request.args.get("q", "").strip()[:100]
    under = _under(request.args.get("under", type=identifier))
    return section_page(
        Section.SKILLS,
        own_expert(),
        text=text,
        hits=search_concepts(session(), text, limit=FOUND_AT_ONCE),
        under=under,
        narrower=queries.list_narrower_concepts(session(), under=under),
    )


@bp.route("/profile/skills/add/<int:concept_id>", methods=["GET", "POST"])
@requires(Permission.PROFILE_FILL)
def declare_skill(concept_id: int) -> Page:
    """Declare a skill, or change one that is declared."""
    expert = own_expert()
    skill = skills.find_skill(expert, concept_id)
    concept = skill.concept if skill else queries.get_concept(session(), concept_id)
    form, is_stale = SkillForm(skill), False
    if form.validate_on_submit():
        try:
            skills.declare_skill(session(), actor=actor(), expert=expert, concept=concept, now=now(), **form.values())
        except DomainError as error:
            form.blame(error)
            is_stale = isinstance(error, EditedMeanwhile)
        else:
            flash(_("The skill is changed.") if skill else _("The skill is added."))
            return redirect(url_for(".edit_skills"), 303)
    present = skills.find_skill(expert, concept_id)
    if is_stale or not form.is_submitted():
        form.show_version(skills.skill_version(present))
    page = render_template("experts/skill.html", form=form, concept=concept, skill=present, is_stale=is_stale)
    return page, form.status


@bp.post("/profile/skills/<int:skill_id>/remove")
@requires(Permission.PROFILE_FILL, skill=queries.find_own_skill)
def remove_skill(skill: ExpertSkill | None) -> Page:
    if skill is None:
        flash(_("It had been removed already."), "info")
    else:
        skills.remove_skill(session(), actor=actor(), expert=own_expert(), skill=skill, now=now())
        flash(_("The skill is removed."))
    return redirect(url_for(".edit_skills"), 303)


def _under(concept_id: int | None) -> Concept | None:
    """The concept whose narrower ones are shown; the top when there is no such concept."""
    try:
        return queries.get_concept(session(), concept_id) if concept_id else None
    except NotFound:
        return None
