"""WSGI entry: ``gunicorn wsgi:app``, ``flask --app wsgi …``."""

from advnet import create_app
from advnet.config import Settings

app = create_app(Settings.from_environ())
