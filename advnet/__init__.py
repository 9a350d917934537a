"""advnet: expert advice to government. :func:`create_app` wires the parts and decides nothing."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from advnet import parts
from advnet.config import Settings, resource_folder
from advnet.db import Database
from advnet.matching.opening import open_index
from advnet.web import access, bounds, errors, headers, language, metrics, request, request_log, security, templating


def create_app(settings: Settings) -> Flask:
    """The application for ``settings``: no connection is opened and nothing is written before the first request."""
    app = Flask(
        __name__, template_folder=str(resource_folder("templates")), static_folder=str(resource_folder("static"))
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-advnet" if settings.secure else "advnet",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=5 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=3000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.extensions["advnet.settings"] = settings
    app.extensions["advnet.database"] = Database(settings.database_url)
    app.extensions["advnet.index"] = open_index(settings)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    for wire in (request_log, metrics, language, templating, request, bounds, security, headers, errors):
        wire.init_app(app)
    for blueprint in parts.BLUEPRINTS:
        app.register_blueprint(blueprint)
    access.init_app(app)
    return app
