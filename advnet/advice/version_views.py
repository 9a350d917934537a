"""Pages of a brief's saved versions, for those who may edit it: who saved what when, what changed, and the way back."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from advnet.advice import queries, service
from advnet.advice.difference import Line, Skipped, differences
from advnet.advice.forms import CompareForm
from advnet.advice.model import Brief, BriefRevision, BriefState
from advnet.advice.views import resolved
from advnet.clock import now
from advnet.errors import DomainError, EditedMeanwhile
from advnet.permissions import Permission
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.forms import VersionedForm
from advnet.web.paging import LinkedPage, asked_page
from advnet.web.request import actor, session

bp = Blueprint("brief_versions", __name__)


@dataclass(frozen=True)
class Part:
    """What changed in one field of the brief.

    :ivar lines: empty when nothing did
    """

    label: str
    language: str
    lines: list[Line | Skipped]


@bp.get("/briefs/<int:brief_id>/versions")
@requires(Permission.BRIEF_WRITE, brief=queries.get_brief)
def index(brief: Brief) -> Page:
    form = CompareForm(brief.version)
    parts: list[Part] = []
    if form.is_asked and form.validate():
        old, new = (queries.get_revision(session(), brief=brief, version=side.data) for side in (form.old, form.new))
        parts = _compared(old, new)
    page = queries.list_revisions(session(), brief=brief, page=asked_page())
    return (
        render_template("advice/versions.html", brief=brief, form=form, parts=parts, page=LinkedPage(page)),
        form.status,
    )


@bp.route("/briefs/<int:brief_id>/versions/<int:number>", methods=["GET", "POST"])
@requires(Permission.BRIEF_WRITE, brief=queries.get_brief)
def show(brief: Brief, number: int) -> Page:
    """The version as it read; a POST makes it the present one."""
    revision = queries.get_revision(session(), brief=brief, version=number)
    form = VersionedForm(version=brief.version)
    if form.validate_on_submit():
        try:
            restored = service.restore_version(
                session(), actor=actor(), brief=brief, revision=revision, version=form.seen_version(), now=now()
            )
        except EditedMeanwhile as error:
            form.blame(error)
            form.show_version(brief.version)
        except DomainError as error:
            form.blame(error)
        else:
            if restored is None:
                flash(_("The brief reads like this already."))
            else:
                flash(_("Version %(old)s is restored, as version %(new)s.", old=revision.version, new=restored.version))
            return redirect(url_for("briefs.show", brief_id=brief.id), 303)
    texts = [
        resolved(brief, title, body, written)
        for written, title, body in (
            ("ja", revision.title_ja, revision.body_ja),
            ("en", revision.title_en, revision.body_en),
        )
        if title or body
    ]
    is_open = brief.state != BriefState.ISSUED and revision.version != brief.version
    page = render_template(
        "advice/version.html", brief=brief, form=form, revision=revision, texts=texts, can_restore=is_open
    )
    return page, form.status


def _compared(old: BriefRevision, new: BriefRevision) -> list[Part]:
    labels = (
        ("title_ja", "ja", _("Title in Japanese")),
        ("body_ja", "ja", _("Text in Japanese")),
        ("title_en", "en", _("Title in English")),
        ("body_en", "en", _("Text in English")),
    )
    return [
        Part(label, language, differences(getattr(old, name), getattr(new, name))) for name, language, label in labels
    ]
