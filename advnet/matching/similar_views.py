"""Experts like a given one, as candidates for a consultation or for none in particular."""

from flask import render_template, request

from advnet.clock import now
from advnet.consultations.model import Consultation
from advnet.consultations.queries import get_consultation
from advnet.experts.model import Expert
from advnet.experts.queries import get_expert
from advnet.matching.similar import find_similar_experts
from advnet.matching.views import also_url, bp
from advnet.permissions import Permission
from advnet.web.access import requires
from advnet.web.request import actor, index, session


@bp.get("/experts/<int:expert_id>/similar")
@requires(Permission.EXPERT_SEARCH, expert=get_expert)
def similar(expert: Expert) -> str:
    consultation = _consultation()
    found = find_similar_experts(session(), index(), actor=actor(), expert=expert, consultation=consultation, now=now())
    return render_template(
        "matching/similar.html", expert=expert, consultation=consultation, found=found, also_url=also_url
    )


def _consultation() -> Consultation | None:
    """The one that the address says it is for; what is not there for this reader is not found."""
    asked = request.args.get("for", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 10):
        return None
    return get_consultation(session(), int(asked), actor=actor())
