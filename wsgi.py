"""WSGI entry of a checkout: ``gunicorn wsgi:app``, ``flask --app wsgi …``."""

from advnet.wsgi import app

__all__ = ["app"]
