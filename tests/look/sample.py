"""A small application around the templates alone, with sample pages: the look is tested without the domain."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, Response, render_template, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    EmailField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from advnet.web.headers import POLICY
from tests.look.pictures import sample_pictures

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)


class WorkForm(Form):
    title = StringField("Title", [InputRequired()])
    year = IntegerField("Year", [Optional()])


class SampleForm(FlaskForm):
    title = StringField("Title", [InputRequired("Enter a title."), Length(max=200)])
    email = EmailField("E-mail address", [InputRequired("Enter an e-mail address.")])
    password = PasswordField("Password", [InputRequired()])
    background = TextAreaField("Background", [Optional(), Length(max=4000)])
    field = SelectField("Field", choices={"energy": "Energy", "health": "Health"})
    mode = RadioField(
        "Mode", [InputRequired("Choose one.")], choices={"attributed": "Attributed", "anonymous": "Anonymous"}
    )
    areas = SelectMultipleField(
        "Key areas",
        choices={"cyber": "Cyber", "oceans": "Arctic and oceans"},
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    consent = BooleanField("I agree", [InputRequired("You can go on only if you agree.")])
    decided_on = DateField("Decided on", [Optional()])
    deadline = DateTimeLocalField("Deadline", [Optional()])
    sureness = IntegerField("How sure are you?", [Optional(), NumberRange(0, 100)])
    works = FieldList(FormField(WorkForm), label="Works", min_entries=1)


class Page:
    """A page of a list as the paging macro wants it."""

    def __init__(self, number: int, size: int, total: int) -> None:
        self.number, self.size, self.total = number, size, total
        self.items = list(range((number - 1) * size, min(number * size, total)))

    def url_for(self, number: int) -> str:
        return f"/list?page={number}"


def make_app() -> Flask:
    """The templates as the product shows them, with sample pages at /style-guide, /desk, /form and /pictures."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(SECRET_KEY="look", TESTING=True, WTF_CSRF_TIME_LIMIT=None)
    CSRFProtect(app)
    own = FileSystemLoader(str(Path(__file__).parent / "templates"))
    app.jinja_loader = ChoiceLoader([FileSystemLoader(str(ROOT / "templates")), own])
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    japanese = _japanese()
    app.jinja_env.install_gettext_callables(
        lambda text: japanese.gettext(text) if _language() == "ja" else text,
        lambda one, many, n: japanese.ngettext(one, many, n) if _language() == "ja" else one if n == 1 else many,
        newstyle=True,
    )
    app.jinja_env.filters.update(format_deadline=_moment, relative_time=_relative, numberformat=lambda n: f"{n:,}")

    def say(english: str, japanese: str) -> str:
        return japanese if _language() == "ja" else english

    app.jinja_env.globals["say"] = say

    @app.context_processor
    def context() -> dict[str, Any]:
        here = _language()
        names = [("/desk", say("Desk", "デスク"), 3), ("/consultation", say("Consultations", "諮問"), 0)]
        names += [("/experts", say("Experts", "専門家"), 0), ("/form", say("Registrations", "登録申請"), 12)]
        names += [("/style-guide", say("Briefs", "助言書"), 0), ("/occasions", say("Occasions", "外交機会"), 0)]
        return {
            "locale": here,
            "now": NOW,
            "demo": "demo" in request.args,
            "request_id": "01HQ5Z7K3V",
            "current_user": SimpleNamespace(
                is_authenticated="visitor" not in request.args, name=say("Ayame Kirishima", "桐島 あやめ")
            ),
            "navigation": []
            if "visitor" in request.args
            else [
                {"url": url, "label": label, "current": request.path == url, "count": count}
                for url, label, count in names
            ],
            "account_menu": [
                {"url": "/account", "label": say("Your account", "アカウント"), "current": False, "count": 0}
            ],
            "language_switch": [
                {"code": code, "label": label, "url": f"{request.path}?lang={code}", "current": code == here}
                for code, label in (("ja", "日本語"), ("en", "English"))
            ],
        }

    @app.after_request
    def forbid_inline(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.route("/<any('style-guide', desk, form, pictures):name>", methods=["GET", "POST"])
    def sample(name: str) -> str:
        return render_template(f"{name}.html", **sample_context(has_errors="errors" in request.args))

    @app.route("/errors/<int:status>")
    def error(status: int) -> str:
        return render_template(f"errors/{status}.html", message=None)

    return app


def sample_context(*, has_errors: bool = False) -> dict[str, Any]:
    """What the sample pages show; ``has_errors`` as after a refused POST."""
    sent = MultiDict({"works-0-year": "1999", "background": "…"}) if has_errors else None
    form = SampleForm(formdata=sent)
    if has_errors:
        form.validate()
        form.form_errors.append("Nothing was saved.")
    return {
        "form": form,
        "page": Page(3, 20, 413),
        "days": lambda n: timedelta(days=n),
        "pictures": sample_pictures(_language()),
    }


def _japanese() -> Translations:
    """The product's own catalogue as it stands in the sources, compiled or not."""
    with (ROOT / "advnet" / "translations" / "ja" / "LC_MESSAGES" / "messages.po").open("rb") as source:
        catalogue = read_po(source, locale="ja")
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def _language() -> str:
    return "ja" if request.args.get("lang") == "ja" else "en"


def _moment(at: datetime) -> str:
    local = at + timedelta(hours=9)
    if _language() == "ja":
        return (
            f"{local.year}年{local.month}月{local.day}日({'月火水木金土日'[local.weekday()]}) {local:%H:%M} (日本時間)"
        )
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} (Japan time)"


def _relative(at: datetime, now: datetime) -> str:
    n = round((at - now).total_seconds() / 86400)
    if _language() == "ja":
        return f"{n}日後" if n > 0 else f"{-n}日前"
    return f"in {n} days" if n > 0 else f"{-n} days ago"
