"""Signing in and out, registering, passwords, the own account."""

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from advnet.accounts import joining, new_passwords, queries, service, signing_in
from advnet.accounts.forms import (
    ChangePasswordForm,
    ConfirmForm,
    EmailForm,
    NewPasswordForm,
    PreferencesForm,
    RegisterForm,
    SignInForm,
)
from advnet.accounts.links import MAIL_CONFIRMATION, MAIL_RESET, LinkExpired, ask_for_link
from advnet.accounts.model import AccountState, LoginSession, TokenPurpose
from advnet.clock import now
from advnet.errors import DomainError
from advnet.permissions import Permission
from advnet.web import Page, language
from advnet.web.access import public, requires
from advnet.web.request import actor, address, keep_on_refusal, session
from advnet.web.security import SignedIn

bp = Blueprint("accounts", __name__)

MAILED_TO = "mailed-to"
"""Where the cookie keeps the address that was typed last, to be shown to who typed it."""

_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Page:
    if actor().is_signed_in:
        return redirect(url_for("public.home"), 303)
    form = SignInForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        try:
            opened = signing_in.sign_in(
                session(),
                email=form.email.data,
                password=form.password.data,
                address=address(),
                browser=request.user_agent.string,
                now=now(),
            )
        except signing_in.EmailUnconfirmed as error:
            joining.request_confirmation(session(), email=form.email.data, now=now())
            keep_on_refusal()
            form.blame(error)
        except DomainError as error:
            keep_on_refusal()
            form.blame(error)
        else:
            wanted = language.wanted_by_browser()
            if wanted and not queries.has_saved_preferences(session(), user_id=opened.login.user_id):
                language.stay(language.current())
            _begin(opened)
            return redirect(_inside(form.next.data) or url_for("public.home"), 303)
    return render_template("accounts/sign_in.html", form=form), form.status


@bp.post("/sign-out")
@public
def sign_out() -> Page:
    if actor().is_signed_in:
        login = queries.get_login_session(session(), current_user.login.id, actor=actor())
        signing_in.end_session(session(), actor=actor(), login=login, now=now())
        logout_user()
    cookie.clear()
    flash(_("You have signed out."))
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/register", methods=["GET", "POST"])
@public
def register() -> Page:
    if actor().is_signed_in:
        return redirect(url_for("public.home"), 303)
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            joining.register_account(
                session(), language=language.current(), address=address(), now=now(), **form.values()
            )
        except DomainError as error:
            form.blame(error)
        else:
            return _to_check_mail(form.email.data, "register")
    return render_template("accounts/register.html", form=form), form.status


@bp.get("/register/check-mail")
@public
def check_mail() -> Page:
    again = {"register": ".send_confirmation", "password": ".forgotten_password"}
    asked = again.get(request.args.get("after", ""), ".send_confirmation")
    return render_template("accounts/check_mail.html", address=cookie.get(MAILED_TO, ""), again_url=url_for(asked))


@bp.route("/confirm", methods=["GET", "POST"])
@public
def send_confirmation() -> Page:
    """Ask for a new link. The page that follows is the same whether the address has an account or not."""
    form = EmailForm()
    if form.validate_on_submit():
        try:
            _ask_for_link(MAIL_CONFIRMATION, form.email.data)
        except DomainError as error:
            form.blame(error)
        else:
            return _to_check_mail(form.email.data, "register")
    return render_template("accounts/send_confirmation.html", form=form, is_dead=False), form.status


@bp.route("/confirm/<secret>", methods=["GET", "POST"])
@public
def confirm_email(secret: str) -> Page:
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            joining.confirm_email(session(), secret=secret, now=now())
        except LinkExpired:
            return _dead_link(secret)
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("Your e-mail address is confirmed. Sign in to go on."))
            return redirect(url_for(".sign_in"), 303)
    elif not _is_good(secret, TokenPurpose.CONFIRM_EMAIL):
        return _dead_link(secret)
    return render_template("accounts/confirm_email.html", form=form), form.status


@bp.route("/password/forgotten", methods=["GET", "POST"])
@public
def forgotten_password() -> Page:
    form = EmailForm()
    if form.validate_on_submit():
        try:
            _ask_for_link(MAIL_RESET, form.email.data)
        except DomainError as error:
            form.blame(error)
        else:
            return _to_check_mail(form.email.data, "password")
    return render_template("accounts/forgotten_password.html", form=form), form.status


@bp.route("/password/reset/<secret>", methods=["GET", "POST"])
@public
def reset_password(secret: str) -> Page:
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            new_passwords.reset_password(session(), secret=secret, password=form.password.data, now=now())
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("Your password is set. Sign in with it."))
            return redirect(url_for(".sign_in"), 303)
    elif request.method == "GET" and not _is_good(secret, TokenPurpose.RESET_PASSWORD):
        form.blame(LinkExpired())
    return render_template("accounts/reset_password.html", form=form), form.status


@bp.route("/join/<secret>", methods=["GET", "POST"])
@public
def accept_invitation(secret: str) -> Page:
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            joining.accept_staff_invitation(session(), secret=secret, password=form.password.data, now=now())
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("Your account is ready. Sign in with your new password."))
            return redirect(url_for(".sign_in"), 303)
    elif request.method == "GET" and not _is_good(secret, TokenPurpose.ACCEPT_INVITATION):
        form.blame(LinkExpired())
    return render_template("accounts/accept_invitation.html", form=form), form.status


@bp.route("/account", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
def settings() -> Page:
    user = queries.get_user(session(), current_user.user.id)
    form = PreferencesForm(obj=user)
    if form.validate_on_submit():
        service.change_preferences(session(), actor=actor(), user=user, now=now(), **form.values())
        language.stay(user.language)
        flash(_("Your changes are saved."))
        return redirect(url_for(".settings"), 303)
    sessions = queries.list_login_sessions(session(), user_id=user.id, now=now())
    return (
        render_template(
            "accounts/settings.html", form=form, user=user, sessions=sessions, this_session=current_user.login.id
        ),
        form.status,
    )


@bp.route("/account/password", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
def change_password() -> Page:
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            new_passwords.change_password(
                session(),
                actor=actor(),
                user=queries.get_user(session(), current_user.user.id),
                keep_session_id=current_user.login.id,
                address=address(),
                now=now(),
                **form.values(),
            )
        except new_passwords.WrongPassword as error:
            keep_on_refusal()
            form.blame(error)
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("Your password is changed. Every other device has been signed out."))
            return redirect(url_for(".settings"), 303)
    return render_template("accounts/change_password.html", form=form), form.status


@bp.post("/account/sessions/<int:login_session_id>/end")
@requires(Permission.ACCOUNT_OWN, login_session=queries.get_login_session)
def end_session(login_session: LoginSession) -> Page:
    signing_in.end_session(session(), actor=actor(), login=login_session, now=now())
    flash(_("That device has been signed out."))
    return redirect(url_for(".settings"), 303)


def _begin(opened: signing_in.SignedInSession) -> None:
    """A fresh cookie for the new login session: nothing of the visitor's cookie lives on (session fixation)."""
    cookie.clear()
    user = queries.get_user(session(), opened.login.user_id)
    opened.login.user = user
    login_user(SignedIn(opened.token, opened.login))


def _to_check_mail(email: str, after: str) -> Page:
    """To the page that says what to do now; the address is kept in the cookie, so that no address stands in a log."""
    cookie[MAILED_TO] = email.strip()
    return redirect(url_for(".check_mail", after=after), 303)


def _ask_for_link(kind: str, email: str) -> None:
    ask_for_link(session(), kind=kind, email=email, address=address(), now=now())


def _dead_link(secret: str) -> Page:
    """What is so, and the way on: with the link of a confirmed account to signing in, with any other to a new one."""
    user = queries.find_user_of_link(session(), secret=secret, purpose=TokenPurpose.CONFIRM_EMAIL)
    if user is not None and user.state == AccountState.ACTIVE:
        return render_template("accounts/already_confirmed.html"), 200
    return render_template("accounts/send_confirmation.html", form=EmailForm(formdata=None), is_dead=True), 422


def _is_good(secret: str, purpose: TokenPurpose) -> bool:
    return queries.find_token(session(), secret=secret, purpose=purpose, now=now()) is not None


def _inside(target: str | None) -> str | None:
    """``target`` when it is a path of this very site, so that a sign-in link leads nowhere else.

    Judged as it stands: browsers take two slashes or more, and a backslash for a slash, as the way to another site, and
    drop control characters before they look.
    """
    return target if _PATH.fullmatch(target or "") else None
