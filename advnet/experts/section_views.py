"""The sections of a profile, for applicants and for approved experts alike. Skills and works are in their own files."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from advnet.clock import now
from advnet.errors import DomainError
from advnet.experts import labels, profile, queries
from advnet.experts.forms import AffiliationsForm, AvailabilityForm, BiographyForm, ConsentForm, IdentityForm
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
    form = IdentityForm(expert)
    return _section(
        Section.IDENTITY,
        expert,
        form,
        lambda: profile.save_identity(session(), actor=actor(), expert=expert, now=now(), **form.values()),
    )


@bp.route("/profile/affiliations", methods=["GET", "POST"])
@requires(Permission.PROFILE_FILL)
def edit_affiliations() -> Page:
    expert = own_expert()
    form = AffiliationsForm(expert.affiliations)
    return _section(
        Section.AFFILIATIONS,
        expert,
        form,
        lambda: profile.save_affiliations(session(), actor=actor(), expert=expert, affiliations=form.rows(), now=now()),
    )


@bp.route("/profile/biography", methods=["GET", "POST"])
@requires(Permission.PROFILE_FILL)
def edit_biography() -> Page:
    expert = own_expert()
    form = BiographyForm(obj=expert)
    return _section(
        Section.BIOGRAPHY,
        expert,
        form,
        lambda: profile.save_biography(session(), actor=actor(), expert=expert, now=now(), **form.values()),
    )


@bp.route("/profile/availability", methods=["GET", "POST"])
@requires(Permission.PROFILE_FILL)
def edit_availability() -> Page:
    expert = own_expert()
    form = AvailabilityForm(expert)
    return _section(
        Section.AVAILABILITY,
        expert,
        form,
        lambda: profile.save_availability(
            session(),
            actor=actor(),
            expert=expert,
            max_open_invitations=form.max_open_invitations.data,
            off_limits=form.off_limits.data or "",
            pauses=form.rows(),
            now=now(),
        ),
    )


@bp.route("/profile/consent", methods=["GET", "POST"])
@requires(Permission.PROFILE_FILL)
def edit_consent() -> Page:
    expert = own_expert()
    form = ConsentForm(data={"agreed": expert.consent_at is not None})
    return _section(
        Section.CONSENT,
        expert,
        form,
        lambda: profile.give_consent(session(), actor=actor(), expert=expert, now=now()),
    )


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


def _section(section: Section, expert: Expert, form: Form, save: Callable[[], None]) -> Page:
    """Show the section, change its rows, or save it and go on."""
    if request.method == "POST" and rows_changed(form):
        return section_page(section, expert, form=form), 200
    if form.validate_on_submit():
        try:
            save()
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("“%(section)s” is saved.", section=_section_label(section)))
            return redirect(home_url(expert) if "save-and-return" in request.form else next_url(expert, section), 303)
    return section_page(section, expert, form=form), form.status


def _section_label(section: Section) -> str:
    return str(labels.SECTIONS[section])
