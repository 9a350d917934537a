"""WSGI entry of an installed package: ``gunicorn advnet.wsgi:app``."""

import gc

from advnet import create_app
from advnet.config import Settings

app = create_app(Settings.from_environ())
gc.freeze()  # what is loaded stays, and need not be searched for garbage again
