"""The first page of the advisor and the secretariat."""

from flask import Blueprint, render_template

from advnet.advice.desk_queries import SHOWN, load_desk
from advnet.clock import now
from advnet.permissions import Permission
from advnet.web.access import requires
from advnet.web.request import actor, session

bp = Blueprint("desk", __name__)


@bp.get("/desk")
@requires(Permission.DESK_READ)
def show() -> str:
    return render_template("advice/desk.html", desk=load_desk(session(), actor=actor(), now=now()), shown=SHOWN)
