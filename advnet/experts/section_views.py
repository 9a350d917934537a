"""The sections of a profile, for applicants and for approved experts alike. Skills and works are in their own files."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from advnet.clock import now
from advnet.errors import DomainError, EditedMeanwhile
from advnet.experts import labels, profile, queries
from advnet.experts.editing import section_version
from advnet.experts.forms import (
    AffiliationsForm,
    AvailabilityForm,
    BiographyForm,
    ConsentForm,
    EditForm,
    IdentityForm,
)
from advnet.experts.model import Expert
from advnet.experts.registration.completeness import Section, list_gaps
from advnet.experts.views import ENDPOINTS, bp, steps_of
from advnet.permissions import Permission
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.forms import Form
from advnet.web.request import actor, session
from advnet.web.rows import rows_changed


@bp.route("/profile/identity", methods=["GET", "POST"])
@requires(Permission.PROFILE_FILL)
def edit_identity() -> Page:
    expert = own_expert()
    return _section(Section.IDENTITY, expert, IdentityForm(expert), profile.save_identity)


@bp.route("/profile/affiliations", methods=["GET", "POST"])
@requires(Permission.PROFILE_FILL)
def edit_affiliations() -> Page:
    expert = own_expert()
    return _section(Section.AFFILIATIONS, expert, AffiliationsForm(expert.affiliations), profile.save_affiliations)


@bp.route("/profile/biography", methods=["GET", "POST"])
@requires(Permission.PROFILE_FILL)
def edit_biography() -> Page:
    expert = own_expert()
    return _section(Section.BIOGRAPHY, expert, BiographyForm(obj=expert), profile.save_biography)


@bp.route("/profile/availability", methods=["GET", "POST"])
@requires(Permission.PROFILE_FILL)
def edit_availability() -> Page:
    expert = own_expert()
    return _section(Section.AVAILABILITY, expert, AvailabilityForm(expert), profile.save_availability)


@bp.route("/profile/consent", methods=["GET", "POST"])
@requires(Permission.PROFILE_FILL)
def edit_consent() -> Page:
    expert = own_expert()
    form = ConsentForm(data={"agreed": expert.consent_at is not None})
    return _section(Section.CONSENT, expert, form, profile.give_consent)


@bp.post("/profile/consent/withdraw")
@requires(Permission.PROFILE_FILL)
def withdraw_consent() -> Page:
    profile.withdraw_consent(session(), actor=actor(), expert=own_expert(), now=now())
    flash(_("You no longer agree to the terms. You will not be asked."))
    return redirect(url_for(ENDPOINTS[Section.CONSENT]), 303)


def own_expert() -> Expert:
    """The actor's whole profile, or 404 before a registration was started."""
    return queries.get_own_expert(session(), actor=actor())


def is_locked(expert: Expert) -> bool:
    """Whether the profile stands still because it is being judged."""
    registration = queries.find_registration(expert)
    return registration is not None and registration.is_open and not registration.is_editable


def section_page(section: Section, expert: Expert, **values: Any) -> str:
    """The page of a section with what each of them shows: the steps, what is missing, whether it stands still."""
    is_open = section in (Section.AVAILABILITY, Section.CONSENT)
    return render_template(
        f"experts/{section.value}.html",
        section=section,
        expert=expert,
        steps=[] if expert.is_approved else steps_of(expert, section),
        gaps=[gap for gap in list_gaps(expert) if gap.section == section],
        locked=is_locked(expert) and not is_open,
        back_url=home_url(expert),
        next_url=next_url(expert, section),
        **values,
    )


def home_url(expert: Expert) -> str:
    """Where the sections are listed."""
    return url_for("experts.profile" if expert.is_approved else "experts.registration")


def next_url(expert: Expert, section: Section) -> str:
    """An applicant goes on to the next section and from the last one to the review; an expert back to the profile."""
    if expert.is_approved:
        return home_url(expert)
    following = list(Section)[list(Section).index(section) + 1 :]
    return url_for(ENDPOINTS[following[0]] if following else "experts.review")


def _section(section: Section, expert: Expert, form: Form, save: Callable[..., None]) -> Page:
    """Show the section, change its rows, or save it and go on."""
    if request.method == "POST" and rows_changed(form):
        return section_page(section, expert, form=form), 200
    is_stale = False
    if form.validate_on_submit():
        try:
            save(session(), actor=actor(), expert=expert, now=now(), **form.values())
        except DomainError as error:
            form.blame(error)
            is_stale = isinstance(error, EditedMeanwhile)
        else:
            _say_saved(section, expert)
            return redirect(home_url(expert) if "save-and-return" in request.form else next_url(expert, section), 303)
    if isinstance(form, EditForm) and (is_stale or not form.is_submitted()):
        form.show_version(section_version(expert, section))
    return section_page(section, expert, form=form, is_stale=is_stale), form.status


def _say_saved(section: Section, expert: Expert) -> None:
    """That it is saved and, for an applicant, what is still missing in it."""
    label = str(labels.SECTIONS[section])
    missing = [_(gap.message) for gap in list_gaps(expert) if gap.section == section]
    if missing:
        flash(
            _("“%(section)s” is saved. Still missing: %(missing)s", section=label, missing=" ".join(missing)), "warning"
        )
    else:
        flash(_("“%(section)s” is saved.", section=label))
