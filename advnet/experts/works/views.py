"""Works of the own profile: by hand, or read from pasted references and chosen from what was read."""

from hashlib import sha256

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from advnet.clock import now
from advnet.errors import DomainError, EditedMeanwhile, NotFound, msgid
from advnet.experts import queries
from advnet.experts.forms import PasteForm, WorkForm
from advnet.experts.registration.completeness import Section
from advnet.experts.section_views import own_expert, section_page
from advnet.experts.views import bp
from advnet.experts.works import service
from advnet.experts.works.citations import CitedWork, ParsedCitations, read_citations
from advnet.experts.works.model import Work
from advnet.experts.works.service import NewWork
from advnet.permissions import Permission
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.forms import translated
from advnet.web.request import actor, session


@bp.get("/profile/works")
@requires(Permission.PROFILE_FILL)
def edit_works() -> Page:
    return section_page(Section.WORKS, own_expert())


@bp.route("/profile/works/new", methods=["GET", "POST"])
@requires(Permission.PROFILE_FILL)
def add_work() -> Page:
    expert, form = own_expert(), WorkForm()
    if form.validate_on_submit():
        try:
            added = service.add_works(session(), actor=actor(), expert=expert, works=[form.work()], now=now())
            if not added:
                raise DomainError(msgid("This work is in your profile already."), field="title")
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The work is added."))
            return redirect(url_for(".edit_works"), 303)
    return render_template("experts/work.html", form=form, work=None, is_stale=False), form.status


@bp.route("/profile/works/<int:work_id>", methods=["GET", "POST"])
@requires(Permission.PROFILE_FILL, work=queries.find_own_work)
def edit_work(work: Work | None) -> Page:
    """Change a work. One that was removed meanwhile can be added again as it was just written."""
    form, is_stale = WorkForm(work), False
    if work is None and not form.is_submitted():
        raise NotFound()
    if work is None:
        form.blame(service.WorkRemoved())
    elif form.validate_on_submit():
        try:
            service.change_work(
                session(), actor=actor(), expert=own_expert(), work=work, given=form.work(), now=now(), seen=form.seen()
            )
        except DomainError as error:
            form.blame(error)
            is_stale = isinstance(error, EditedMeanwhile)
        else:
            flash(_("The work is changed."))
            return redirect(url_for(".edit_works"), 303)
    if work is not None and (is_stale or not form.is_submitted()):
        form.show_version(service.work_version(work))
    return render_template("experts/work.html", form=form, work=work, is_stale=is_stale), form.status


@bp.post("/profile/works/<int:work_id>/remove")
@requires(Permission.PROFILE_FILL, work=queries.find_own_work)
def remove_work(work: Work | None) -> Page:
    if work is None:
        flash(_("It had been removed already."), "info")
    else:
        service.remove_work(session(), actor=actor(), expert=own_expert(), work=work, now=now())
        flash(_("The work is removed."))
    return redirect(url_for(".edit_works"), 303)


@bp.route("/profile/works/paste", methods=["GET", "POST"])
@requires(Permission.PROFILE_FILL)
def paste_works() -> Page:
    """The text is read again when works are chosen from it, so that what is added is what the text says.

    What was not read, and the works that wait for a title, stay in the box when the others have been added.
    """
    expert, form, read = own_expert(), PasteForm(), ParsedCitations()
    if form.validate_on_submit():
        read = read_citations(form.text.data)
        digest = _digest(form.text.data)
        if "add" not in request.form or form.digest.data != digest:
            _offer(form, read, digest)
        elif _is_whole(form, read):
            chosen = _chosen(form, read)
            try:
                added = service.add_works(session(), actor=actor(), expert=expert, works=chosen.values(), now=now())
            except DomainError as error:
                form.blame(error)
            else:
                _say_added(len(added), len(chosen))
                settled = [work for number, work in enumerate(read.works) if work.title or number in chosen]
                left = read.remainder(without=settled)
                if not left:
                    return redirect(url_for(".edit_works"), 303)
                read = _begin_anew(form, left)
    messages = [translated(error) for error in read.errors]
    return render_template("experts/paste.html", form=form, read=read, messages=messages), form.status


def _digest(text: str) -> str:
    """The same for the same text, whatever line ends a browser sends it with."""
    return sha256("\n".join(text.strip().splitlines()).encode()).hexdigest()


def _offer(form: PasteForm, read: ParsedCitations, digest: str) -> None:
    """One row for each work that was read, chosen unless its title is missing."""
    form.digest.raw_data, form.digest.data = None, digest
    form.works.entries.clear()
    form.works.last_index = -1
    for work in read.works:
        form.works.append_entry({"keep": bool(work.title), "title": work.title})


def _is_whole(form: PasteForm, read: ParsedCitations) -> bool:
    """Every chosen work has a title; the row that has none is told so."""
    for entry, work in zip(form.works.entries, read.works, strict=False):
        row = entry.form
        if row.keep.data and not (work.title or (row.title.data or "").strip()):
            row.title.errors = [*row.title.errors, _("Enter the title.")]
    form.works.errors = [entry.errors for entry in form.works.entries if entry.errors]
    return not form.works.errors


def _chosen(form: PasteForm, read: ParsedCitations) -> dict[int, NewWork]:
    """The works to add, by their places among those read."""
    pairs = enumerate(zip(form.works.entries, read.works, strict=False))
    return {
        number: _new_work(work, entry.form.title.data or "") for number, (entry, work) in pairs if entry.form.keep.data
    }


def _begin_anew(form: PasteForm, left: str) -> ParsedCitations:
    """The box holds what is left, and below it stands what can be read of that."""
    form.text.raw_data, form.text.data = None, left
    read = read_citations(left)
    _offer(form, read, _digest(left))
    flash(_("What has not been added is still in the box."), "info")
    return read


def _new_work(work: CitedWork, title: str) -> NewWork:
    return NewWork(
        title=work.title or title.strip(),
        kind=work.kind,
        abstract=work.abstract,
        year=work.year,
        venue=work.venue,
        doi=work.doi,
        url=work.url,
        source=work.source,
    )


def _say_added(added: int, chosen: int) -> None:
    if added:
        flash(ngettext("%(num)s work is added.", "%(num)s works are added.", added))
    if added < chosen:
        left = chosen - added
        flash(ngettext("%(num)s was there already.", "%(num)s were there already.", left), "info")
    if not chosen:
        flash(_("No work was chosen."), "info")
