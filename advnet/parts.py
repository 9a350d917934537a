"""The parts that have pages, in the order of the domain. A new part is one line here."""

from advnet.accounts import views as accounts
from advnet.admin import views as admin
from advnet.audit import views as audit
from advnet.consultations import move_views as consultations
from advnet.web import health, public

BLUEPRINTS = (health.bp, public.bp, accounts.bp, admin.bp, audit.bp, consultations.bp)
