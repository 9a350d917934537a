"""What leaves: rendered in the reader's language, handed over whole or not at all."""

import smtplib
import socket
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP, default

import jinja2
import pytest

from advnet.mail.handlers import handlers
from advnet.mail.render import MailRenderer, message_id
from advnet.mail.transport import FileTransport, SmtpTransport, transport_for
from tests.smtp import Mailbox, serving

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def database_url(tmp_path):
    """No database is needed here."""
    return f"sqlite:///{tmp_path / 'unused.sqlite'}"


def payload(language="en", message="password_changed", name="Mei Sample", **values):
    to = {"email": "mei@example.org", "name": name, "language": language, "timezone": "Europe/Paris"}
    return {"message": message, "to": to, "values": values, "key": "password:1"}


@pytest.mark.parametrize(
    ("language", "subject"), [("ja", "パスワードが変更されました"), ("en", "Your password was changed")]
)
def test_a_mail_speaks_the_readers_language_in_text_and_html(settings, language, subject):
    mail = MailRenderer(settings).render(payload(language), now=AT)
    assert (mail["Subject"], mail["Content-Language"]) == (subject, language)
    html = mail.get_body(("html",)).get_content()
    assert f'<html lang="{language}">' in html
    assert f"<title>{subject}</title>" in html
    for part in (html, mail.get_body(("plain",)).get_content()):
        assert f"{settings.base_url}/password/forgotten" in part
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_name_cannot_write_html_or_headers(settings):
    mail = MailRenderer(settings).render(payload(name="<b>Mei</b>"), now=AT)
    assert "<b>Mei</b>" not in mail.get_body(("html",)).get_content()


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85"])
def test_a_line_break_in_a_name_neither_adds_a_header_nor_stops_the_mail(settings, breaks):
    mail = MailRenderer(settings).render(payload(name=f"Mei{breaks}Bcc: all@example.org"), now=AT)
    read = message_from_bytes(mail.as_bytes(policy=SMTP), policy=default)
    assert read["Bcc"] is None
    (to,) = read["To"].addresses
    assert (to.display_name, to.addr_spec) == ("Mei Bcc: all@example.org", "mei@example.org")


def test_a_value_that_a_template_misses_is_an_error_and_no_mail(settings):
    with pytest.raises(jinja2.UndefinedError):
        MailRenderer(settings).render(payload(message="reset_password"), now=AT)


def test_the_same_key_has_the_same_message_id(settings):
    assert message_id("a", settings) == message_id("a", settings) != message_id("b", settings)
    assert message_id("a", settings).endswith("@localhost>")


def test_a_file_transport_writes_the_mail_whole_and_once(settings, tmp_path):
    send = handlers(settings, FileTransport(tmp_path / "mail"))["mail:send"]
    send(None, payload(), AT)
    send(None, payload(), AT)
    (file,) = (tmp_path / "mail").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail["To"].addresses[0].addr_spec == "mei@example.org"
    assert file.suffix == ".eml"


@pytest.fixture
def smtp_server():
    with serving(Mailbox()) as mailbox:
        yield mailbox


def test_smtp_hands_the_mail_over(settings, smtp_server):
    SmtpTransport(smtp_server.url).send(MailRenderer(settings).render(payload("ja"), now=AT))
    (mail,) = smtp_server.received
    assert smtp_server.message_ids == [message_id("password:1", settings)]
    assert mail["To"].addresses[0].addr_spec == "mei@example.org"


def test_checking_speaks_to_the_server_and_sends_nothing(smtp_server):
    SmtpTransport(smtp_server.url).check()
    assert smtp_server.received == []


def test_a_server_that_is_not_there_or_wants_no_password_is_an_error(smtp_server):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = probe.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        SmtpTransport(f"smtp://127.0.0.1:{nobody}").check()
    with pytest.raises(smtplib.SMTPNotSupportedError):
        SmtpTransport(smtp_server.url.replace("//", "//user:secret@")).check()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 25, False, False, "", "")),
        ("smtp://mail.example.org:587?starttls=1", ("mail.example.org", 587, False, True, "", "")),
        ("smtps://u%40x:p%2Fw@mail.example.org", ("mail.example.org", 465, True, False, "u@x", "p/w")),
    ],
)
def test_the_address_says_how_to_speak(url, expected):
    made = SmtpTransport(url)
    assert (made.host, made.port, made.implicit_tls, made.starttls, made.user, made.password) == expected


def test_mail_goes_to_files_where_the_address_says_so(settings, tmp_path):
    assert isinstance(transport_for(settings), FileTransport)
