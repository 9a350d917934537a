"""The parts that have pages, in the order of the domain. A new part is one line here."""

from advnet.accounts import views as accounts
from advnet.web import health, public

BLUEPRINTS = (health.bp, public.bp, accounts.bp)
