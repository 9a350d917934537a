"""Who is signed in (flask-login over our own login sessions) and the CSRF check of every non-GET."""

from flask import Flask
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from advnet.accounts import queries
from advnet.accounts.model import LoginSession, User
from advnet.clock import now
from advnet.web.request import session


class SignedIn:
    """The signed-in user as flask-login wants it; its id is the secret token of the login session."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, token: str, login: LoginSession) -> None:
        self.token = token
        self.login = login
        self.user: User = login.user
        self.actor = login.user.actor
        self.name = login.user.name

    def get_id(self) -> str:
        return self.token


def init_app(app: Flask) -> None:
    CSRFProtect(app)
    manager = LoginManager(app)
    manager.session_protection = None  # the login session in the database is what counts

    @manager.user_loader
    def load(token: str) -> SignedIn | None:
        login = queries.find_login_session(session(), token=token, now=now())
        return SignedIn(token, login) if login else None
