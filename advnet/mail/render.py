"""Turning a queued message into an e-mail: subject (first line of the text), text and HTML in the reader's language."""

from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from babel.dates import format_datetime as babel_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context

from advnet.config import Settings, resource_folder
from advnet.days import JAPAN


class MailRenderer:
    """Renders the folders of ``templates/mail``; an unknown value in a template is an error."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.environment = Environment(
            loader=FileSystemLoader(resource_folder("templates") / "mail"),
            undefined=StrictUndefined,
            autoescape=select_autoescape(("html",)),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.filters["moment"] = moment
        self.environment.filters["day"] = day

    def render(self, payload: dict[str, Any], *, now: datetime) -> EmailMessage:
        """:param payload: as ``outbox.queue`` wrote it
        :raises jinja2.TemplateError: a file is missing or names an unknown value
        """
        to, language = payload["to"], payload["to"]["language"]
        values = {"base_url": self.settings.base_url, "to": to, "language": language, **payload["values"]}
        subject, _, text = self._template(payload["message"], language, "txt").render(values).partition("\n")
        subject = one_line(subject)
        html = self._template(payload["message"], language, "html").render(values, subject=subject)
        mail = EmailMessage()
        mail["Subject"] = subject
        name, address = parseaddr(self.settings.mail_from)
        mail["From"] = Address(name, addr_spec=address)
        mail["To"] = Address(one_line(to["name"]), addr_spec=to["email"])
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = message_id(payload["key"], self.settings)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text.strip() + "\n")
        mail.add_alternative(html, subtype="html")
        mail["Content-Language"] = language  # last: setting the content takes such headers away
        return mail

    def _template(self, message: str, language: str, kind: str) -> Any:
        return self.environment.get_template(f"{message}/{language}.{kind}")


def message_id(key: str, settings: Settings) -> str:
    """The same for the same key, so that a mail that had to be sent again is known as the same."""
    return f"<{sha256(key.encode()).hexdigest()[:32]}@{urlsplit(settings.base_url).hostname}>"


def one_line(text: str) -> str:
    """White space folded: a header takes no line break of any kind, also not U+2028 from a pasted title."""
    return " ".join(text.split())


@pass_context
def moment(context: Context, value: str) -> str:
    """An ISO 8601 moment in Japan time and, where it differs, in the reader's zone."""
    at, language = datetime.fromisoformat(value), context["language"]
    zones = dict.fromkeys((JAPAN.key, context["to"]["timezone"]))
    shown = []
    for zone in zones:
        local = at.astimezone(ZoneInfo(zone))
        pattern = "y年M月d日（E）H:mm" if language == "ja" else "EEEE d MMMM y, H:mm"
        label = {"ja": "日本時間", "en": "Japan time"}[language] if zone == JAPAN.key else zone.replace("_", " ")
        label = f"（{label}）" if language == "ja" else f" ({label})"
        shown.append(babel_datetime(local, pattern, locale=language, tzinfo=local.tzinfo) + label)
    return " / ".join(shown)


@pass_context
def day(context: Context, value: str) -> str:
    """An ISO 8601 date in words."""
    language = context["language"]
    pattern = "y年M月d日（E）" if language == "ja" else "EEEE d MMMM y"
    return babel_date(date.fromisoformat(value), pattern, locale=language)
