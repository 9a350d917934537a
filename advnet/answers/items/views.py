"""Pages of round 0: the expert names items, the desk makes options of them."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from advnet.answers.items import queries, service
from advnet.answers.items.forms import SortForm, items_form, sort_form
from advnet.answers.items.labels import STATES
from advnet.answers.items.model import Item, ItemState
from advnet.answers.queries import find_contributor, get_invitation_to_answer
from advnet.answers.timing import find_obstacle
from advnet.answers.views import bp
from advnet.clock import now
from advnet.consultations.invitations.model import Invitation, answer_until, takes_items
from advnet.consultations.model import Consultation
from advnet.consultations.queries import get_consultation
from advnet.consultations.rounds.views import bp as rounds
from advnet.errors import DomainError, NotFound
from advnet.permissions import Permission
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.forms import translated
from advnet.web.request import actor, session
from advnet.web.typed_text import TypedText, keeps_typed_text


def _typed(sent: object) -> list[TypedText]:
    lines = [text for name, text in getattr(sent, "items", dict)() if name.endswith("_items") and text.strip()]
    return [TypedText(_("Items of question %(number)s", number=place), text) for place, text in enumerate(lines, 1)]


@bp.route("/invitations/<int:invitation_id>/items", methods=["GET", "POST"])
@keeps_typed_text(_typed, show="invitations.show")
@requires(Permission.ITEM_NAME, invitation=get_invitation_to_answer)
def name_items(invitation: Invitation) -> Page:
    if not invitation.consultation.names_items:
        raise NotFound()
    contributor = find_contributor(session(), invitation=invitation)
    own = queries.list_own(session(), contributor=contributor) if contributor else []
    form = items_form([one for one in invitation.consultation.questions if one.takes_items], own)
    at = now()
    if form.validate_on_submit():
        try:
            service.name_items(session(), actor=actor(), invitation=invitation, named=form.named(), now=at)
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("Your items are saved. You can change them until the deadline."))
            return redirect(url_for("invitations.show", invitation_id=invitation.id), 303)
    obstacle = None if takes_items(invitation, now=at) else find_obstacle(invitation, now=at)
    page = render_template(
        "answers/items.html",
        form=form,
        invitation=invitation,
        consultation=invitation.consultation,
        until=answer_until(invitation),
        obstacle=translated(obstacle) if obstacle else None,
        takes_items=takes_items(invitation, now=at),
        maximum=service.MAXIMUM_ITEMS,
    )
    return page, form.status


@rounds.route("/consultations/<int:consultation_id>/items", methods=["GET", "POST"])
@requires(Permission.ITEM_SORT, consultation=get_consultation)
def sort_items(consultation: Consultation) -> Page:
    sent = SortForm()
    refused: SortForm | None = None
    if sent.validate_on_submit():
        try:
            _act(consultation, sent)
        except DomainError as error:
            refused = sent
            refusal = error
        else:
            flash(_("Saved."))
            return redirect(url_for(".sort_items", consultation_id=consultation.id), 303)
    items = queries.list_items(session(), actor=actor(), consultation=consultation)
    forms = {item.id: _form_of(item, items, consultation, refused) for item in items}
    if refused is not None and refused.item_id() in forms:
        refused = forms[refused.item_id()]
        refused.blame(refusal)
    page = render_template(
        "rounds/items.html",
        consultation=consultation,
        items=items,
        forms=forms,
        form=refused or sent,
        states=STATES,
        is_sorting=service.is_sorting(consultation),
        undecided=sum(item.state == ItemState.NAMED for item in items),
    )
    return page, 422 if refused is not None else 200


def _act(consultation: Consultation, form: SortForm) -> None:
    who, at, item_id = actor(), now(), form.item_id()
    act = request.form.get("act")
    if act == "take":
        service.take_item(
            session(),
            actor=who,
            consultation=consultation,
            item_id=item_id,
            label_ja=form.label_ja.data or "",
            label_en=form.label_en.data or "",
            now=at,
        )
    elif act == "merge":
        service.merge_item(
            session(), actor=who, consultation=consultation, item_id=item_id, into_id=form.into_id(), now=at
        )
    elif act == "leave-out":
        service.leave_out_item(session(), actor=who, consultation=consultation, item_id=item_id, now=at)
    else:
        service.put_back_item(session(), actor=who, consultation=consultation, item_id=item_id, now=at)


def _form_of(item: Item, items: object, consultation: Consultation, refused: SortForm | None) -> SortForm:
    options = {
        option["value"]: option
        for question in consultation.questions
        if question.id == item.question_id
        for option in question.options
    }
    is_refused = refused is not None and refused.item_id() == item.id
    return sort_form(item, list(items), options.get(item.option, {}), reads_request=is_refused)  # type: ignore[call-overload]
