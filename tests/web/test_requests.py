"""What every answer has: headers, a language, an error page; what every change needs: a token, a transaction."""

import json
import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from flask import Blueprint
from werkzeug.exceptions import abort

from advnet import create_app, parts, permissions
from advnet.accounts.model import Role, User
from advnet.web.access import public
from advnet.web.request import session as request_session
from advnet.web.request_log import configure
from tests.browser_less import Browser
from tests.people import PASSWORD


@pytest.fixture
def signed_in(browser, session, people):
    user = people.make(Role.ADVISOR, name="Mei Sample")
    session.commit()
    browser.sign_in(user.email)
    return browser


def headers_of(app, path):
    with app.test_client().get(path) as answer:
        return answer.headers


def test_every_answer_carries_the_security_headers(app):
    for path in ("/", "/sign-in", "/no-such-page", "/static/css/base.css"):
        headers = headers_of(app, path)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Server" not in headers


def test_pages_are_kept_in_no_cache_and_files_may_be(app):
    assert headers_of(app, "/sign-in")["Cache-Control"] == "no-store"
    assert headers_of(app, "/static/css/base.css")["Cache-Control"] != "no-store"


def test_only_a_site_on_https_asks_for_https_and_marks_its_cookie(settings, app):
    assert "Strict-Transport-Security" not in app.test_client().get("/").headers
    secure = create_app(replace(settings, base_url="https://localhost"))
    answer = secure.test_client().get("/sign-in", base_url="https://localhost")
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-advnet=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    secure.extensions["advnet.database"].dispose()


def test_a_foreign_host_header_is_refused(app):
    assert app.test_client().get("/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503])
@pytest.mark.parametrize(("language", "lang"), [("ja", "ja"), ("en", "en")])
def test_each_error_has_a_page_in_both_languages(own_app, status, language, lang):
    app = own_app

    @app.get("/fails")
    @public
    def fails():
        if status == 500:
            raise RuntimeError("a secret in a message")
        abort(status)

    app.testing = False
    answer = app.test_client().get("/fails", headers={"Accept-Language": language})
    assert answer.status_code == status
    text = answer.get_data(as_text=True)
    assert f'<html lang="{lang}"' in text
    assert "a secret in a message" not in text
    assert answer.headers["X-Request-ID"] in text


def test_an_unknown_method_names_the_known_ones(browser):
    answer = browser.post("/healthz", {"csrf_token": token(browser)})
    assert answer.status == 405
    assert "GET" in answer.headers["Allow"]


def test_the_language_switch_stays_on_the_page_and_is_remembered(browser):
    page = browser.get("/sign-in", query={"next": "/account"})
    assert page.tree.get("lang") == "en"
    switched = page.link("日本語")
    assert (switched.url, switched.tree.get("lang")) == ("/sign-in", "ja")
    assert switched.tree.xpath("//input[@name='next']/@value") == ["/account"]
    assert browser.get("/register").tree.get("lang") == "ja"


@pytest.mark.parametrize("path", ["/\\elsewhere.example", "//elsewhere.example", "/%5celsewhere.example/%2f"])
def test_the_language_switch_of_a_bent_path_leads_to_no_other_site(app, path):
    with app.test_client().get("/", environ_overrides={"PATH_INFO": unquote(path)}) as answer:
        links = re.findall(r'href="([^"]*lang=en)"', answer.get_data(as_text=True))
    assert links
    assert all(re.match(r"/[^/\\]", link) for link in links)


def test_an_account_speaks_its_own_language_until_the_switch_is_used(browser, session, people):
    user = people.make(Role.ADVISOR, language="ja")
    session.commit()
    browser.language = "fr"
    browser.sign_in(user.email)
    assert browser.get("/account").tree.get("lang") == "ja"
    assert browser.get("/account", query={"lang": "en"}).tree.get("lang") == "en"


def test_every_change_without_its_token_is_refused_and_changes_nothing(app, signed_in, session):
    changing = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.methods - {"GET", "HEAD", "OPTIONS"} and "csrf_exempt" not in rule.rule
    ]
    assert len(changing) > 10
    for rule in changing:
        url = re.sub(r"<(?:[^:>]+:)?[^>]+>", "1", rule.rule)
        assert signed_in.client.post(url, data={}).status_code == 400, rule.rule
    assert signed_in.get("/account").status == 200, "the session was ended by a forged sign-out"


def token(browser) -> str:
    return browser.get("/sign-in").tree.xpath("//input[@name='csrf_token']/@value")[0]


def test_a_token_of_another_session_is_refused(browser, signed_in):
    other = signed_in.another()
    answer = signed_in.post("/sign-out", {"csrf_token": token(other)})
    assert answer.status == 400


def test_a_get_cannot_write_even_when_its_view_tries(own_app, session, people):
    app = own_app
    user = people.make(Role.ADVISOR)
    session.commit()

    @app.get("/writes")
    @public
    def writes():
        request_session().execute(sa.update(User).values(name="written"))
        request_session().commit()
        return "done"

    app.testing = False
    assert app.test_client().get("/writes").status_code == 500
    session.refresh(user)
    assert user.name != "written"


def test_a_refused_post_leaves_nothing_behind(own_app, session, people):
    app, browser = own_app, Browser(own_app)
    user = people.make(Role.ADVISOR)
    session.commit()

    @app.post("/refuses")
    @public
    def refuses():
        request_session().execute(sa.update(User).values(name="written"))
        request_session().flush()
        return "no", 422

    browser.post("/refuses", {"csrf_token": token(browser)})
    session.refresh(user)
    assert user.name != "written"


def test_an_endpoint_without_access_keeps_the_application_from_starting(settings, monkeypatch):
    forgotten = Blueprint("forgotten", __name__)
    forgotten.add_url_rule("/forgotten", "page", lambda: "hello")
    monkeypatch.setattr(parts, "BLUEPRINTS", (*parts.BLUEPRINTS, forgotten))
    with pytest.raises(RuntimeError, match=r"forgotten\.page"):
        create_app(settings)


def test_a_visitor_is_sent_to_sign_in_and_back(browser, session, people):
    user = people.make(Role.ADVISOR)
    session.commit()
    page = browser.get("/account")
    assert page.url == "/sign-in"
    assert page.submit({"email": user.email, "password": PASSWORD}).url == "/account"


def test_a_permission_without_a_row_is_denied_to_everybody(signed_in, monkeypatch):
    assert signed_in.get("/account").status == 200
    monkeypatch.setattr(permissions, "TABLE", {})
    assert signed_in.get("/account").status == 403


def test_the_log_has_a_line_a_request_without_query_or_names(app, capsys, settings):
    configure("INFO")
    app.test_client().get("/sign-in?next=/secret", headers={"X-Request-ID": "abcdef-12345"})
    line = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    assert (line["route"], line["status"], line["request_id"]) == ("/sign-in", 200, "abcdef-12345")
    assert "secret" not in json.dumps(line)
    configure("CRITICAL")


@pytest.mark.parametrize("offered", ["short", "x" * 65, "with space in it", 'quote"quote'])
def test_a_request_id_that_could_bend_the_log_is_replaced(app, offered):
    answer = app.test_client().get("/sign-in", headers={"X-Request-ID": offered})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_a_number_that_no_identifier_can_have_names_no_page(signed_in, number):
    for path in (f"/consultations/{number}", f"/briefs/{number}.docx", f"/invitations/{number}/screening"):
        assert signed_in.get(path).status == 404


def test_a_number_that_no_identifier_can_have_is_no_choice_of_a_form(signed_in):
    (token,) = signed_in.get("/consultations/new").tree.xpath("//main//input[@name='csrf_token']/@value")
    values = {"csrf_token": token, "title_en": "Sea ice", "facets": str(2**31)}
    assert signed_in.post("/consultations/new", values).status == 422


def test_a_nul_character_is_refused_in_an_address_and_in_a_form(signed_in, session):
    assert signed_in.get("/consultations?q=a%00b").status == 400
    assert signed_in.get("/consultations?facet=%00").status == 400
    (token,) = signed_in.get("/account").tree.xpath("//main//input[@name='csrf_token']/@value")
    values = {"csrf_token": token, "name": "Mei\0", "language": "en", "timezone": "Asia/Tokyo"}
    assert signed_in.post("/account", values).status == 400
    assert session.scalar(sa.select(User.name)) == "Mei Sample"


def test_a_body_beyond_the_limit_is_refused(browser):
    answer = browser.client.post("/sign-in", data={"email": "x" * (6 * 1024 * 1024)})
    assert answer.status_code == 413
