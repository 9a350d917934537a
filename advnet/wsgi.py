"""WSGI entry of an installed package: ``gunicorn advnet.wsgi:app``."""

from advnet import create_app
from advnet.config import Settings

app = create_app(Settings.from_environ())
