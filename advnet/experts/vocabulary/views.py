"""The vocabulary as administrators keep it: going through a facet, looking for a word, adding, changing, retiring."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from advnet.clock import now
from advnet.errors import DomainError, EditedMeanwhile
from advnet.experts.labels import FACETS
from advnet.experts.vocabulary import service as editing
from advnet.experts.vocabulary.forms import ConceptForm
from advnet.experts.vocabulary.model import Concept, Facet
from advnet.experts.vocabulary.queries import count_skills, get_any_concept, list_tree, search_concepts
from advnet.permissions import Permission
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.forms import VersionedForm
from advnet.web.request import actor, session
from advnet.web.templating import in_language

bp = Blueprint("vocabulary", __name__, url_prefix="/admin/vocabulary")


SHOWN_HITS = 50
MAX_TEXT = 200


@bp.get("")
@requires(Permission.VOCABULARY_MANAGE)
def browse() -> Page:
    facet, text = _asked_facet(), request.args.get("q", "").strip()[:MAX_TEXT]
    hits = search_concepts(session(), text, limit=SHOWN_HITS, is_retired_shown=True)
    branches = [] if text else list_tree(session(), facet=facet, is_retired_shown=True)
    shown = [*(hit.concept.id for hit in hits), *(branch.concept.id for branch in branches)]
    return render_template(
        "vocabulary/browse.html",
        facet=facet,
        facets=_facet_links(None if text else facet),
        facet_labels=FACETS,
        text=text,
        hits=hits,
        branches=branches,
        profiles=count_skills(session(), shown),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.VOCABULARY_MANAGE)
def add() -> Page:
    facet = _asked_facet()
    form = ConceptForm(choices=_parents(facet), parent=request.args.get("parent", ""))
    if form.validate_on_submit():
        try:
            concept = editing.add_concept(session(), actor=actor(), facet=facet, wording=form.wording, now=now())
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("“%(concept)s” has been added. Its code is %(code)s.", concept=_label(concept), code=concept.code))
            return redirect(url_for(".browse", facet=facet.value), 303)
    return render_template("vocabulary/add.html", form=form, facet=facet, facet_label=FACETS[facet]), form.status


@bp.route("/<int:concept_id>", methods=["GET", "POST"])
@requires(Permission.VOCABULARY_MANAGE, concept=get_any_concept)
def change(concept: Concept) -> Page:
    form = ConceptForm(choices=_parents(Facet(concept.facet)), concept=concept)
    if not form.validate_on_submit():
        return _change_page(concept, form)
    try:
        editing.change_concept(
            session(), actor=actor(), concept=concept, version=form.seen_version(), wording=form.wording, now=now()
        )
    except DomainError as error:
        form.blame(error)
        return _change_page(concept, form, is_outdated=isinstance(error, EditedMeanwhile))
    flash(_("“%(concept)s” has been saved.", concept=_label(concept)))
    return redirect(url_for(".browse", facet=concept.facet), 303)


@bp.post("/<int:concept_id>/retire")
@requires(Permission.VOCABULARY_MANAGE, concept=get_any_concept)
def retire(concept: Concept) -> Page:
    return _act(concept, editing.retire_concept, _("“%(concept)s” can no longer be chosen.", concept=_label(concept)))


@bp.post("/<int:concept_id>/restore")
@requires(Permission.VOCABULARY_MANAGE, concept=get_any_concept)
def restore(concept: Concept) -> Page:
    return _act(concept, editing.restore_concept, _("“%(concept)s” can be chosen again.", concept=_label(concept)))


def _act(concept: Concept, move: Callable[..., None], done: str) -> Page:
    """One click on the page of a concept; refused, it shows that page again and says why."""
    seen = VersionedForm().seen_version()
    try:
        move(session(), actor=actor(), concept=concept, version=seen, now=now())
    except DomainError as error:
        form = ConceptForm(choices=_parents(Facet(concept.facet)), concept=concept, formdata=None)
        form.blame(error)
        return _change_page(concept, form)
    flash(done)
    return redirect(url_for(".browse", facet=concept.facet), 303)


def _change_page(concept: Concept, form: ConceptForm, *, is_outdated: bool = False) -> Page:
    if is_outdated:
        form.show_version(concept.version)
    parents = dict(_parents_by_id(Facet(concept.facet)))
    page = render_template(
        "vocabulary/change.html",
        form=form,
        concept=concept,
        facet_label=FACETS[Facet(concept.facet)],
        is_outdated=is_outdated,
        parent_label=parents.get(concept.parent_id or 0, ""),
        profiles=count_skills(session(), [concept.id]).get(concept.id, 0),
    )
    return page, form.status


def _asked_facet() -> Facet:
    asked = request.args.get("facet", "")
    return Facet(asked) if asked in set(Facet) else Facet.FIELD


def _facet_links(current: Facet | None) -> list[dict[str, object]]:
    return [
        {"label": label, "url": url_for(".browse", facet=facet.value), "current": facet == current}
        for facet, label in FACETS.items()
    ]


def _parents_by_id(facet: Facet) -> list[tuple[int, str]]:
    """Number and label, a dash before it for each level, in the order of the tree."""
    branches = list_tree(session(), facet=facet)
    return [(branch.concept.id, "– " * branch.depth + _label(branch.concept)) for branch in branches]


def _parents(facet: Facet) -> list[SelectChoice]:
    top = SelectChoice("", _("None: at the top of the facet"))
    return [top, *(SelectChoice(str(number), label) for number, label in _parents_by_id(facet))]


def _label(concept: Concept) -> str:
    return in_language(concept.label_ja, concept.label_en)
