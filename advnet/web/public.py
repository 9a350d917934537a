"""What everybody may read: the start page, and what the Network does with what it is told.

A visitor reads what the Network is; who is signed in goes from there to where the work waits.
"""

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from advnet.web import navigation
from advnet.web.access import public
from advnet.web.request import actor

bp = Blueprint("public", __name__)


@bp.get("/")
@public
def home() -> str | Response:
    if actor().is_signed_in:
        places = navigation.main()
        return redirect(places[0].url if places else url_for("accounts.settings"), 303)
    return render_template("public/home.html")


@bp.get("/about")
@public
def about() -> str:
    return render_template("public/about.html", contact=current_app.extensions["advnet.settings"].contact)
