"""The pages of track records: the expert's own, one expert's as the advisor may know it, panels and fields."""

from flask import Blueprint, render_template

from advnet.answers.record import labels
from advnet.answers.record.judged import list_fields, list_named, list_of_panels, list_own
from advnet.answers.record.scores import PRIOR_CLAIMS
from advnet.answers.record.summary import by_field, by_panel, summarise
from advnet.experts.model import Expert
from advnet.experts.queries import get_expert, get_own_expert
from advnet.permissions import Permission
from advnet.pictures.calibration import FEWEST
from advnet.web.access import requires
from advnet.web.request import actor, session

bp = Blueprint("records", __name__)


@bp.app_context_processor
def words() -> dict[str, object]:
    return {"record_words": labels, "few_claims": FEWEST, "prior_claims": PRIOR_CLAIMS}


@bp.get("/profile/record")
@requires(Permission.RECORD_READ_OWN)
def own() -> str:
    expert = get_own_expert(session(), actor=actor())
    record = summarise(list_own(session(), actor=actor(), expert=expert))
    return render_template("record/own.html", expert=expert, record=record)


@bp.get("/experts/<int:expert_id>/record")
@requires(Permission.RECORD_READ, expert=get_expert)
def show(expert: Expert) -> str:
    return render_template(
        "record/show.html", expert=expert, record=summarise(list_named(session(), actor=actor(), expert=expert))
    )


@bp.get("/records")
@requires(Permission.RECORD_COMPARE)
def compare() -> str:
    judged = list_of_panels(session(), actor=actor())
    fields = list_fields(session(), consultation_ids={one.consultation.id for one in judged})
    return render_template(
        "record/compare.html",
        panels=by_panel(judged),
        fields=by_field(judged, fields),
        whole=summarise(judged).claims,
    )
