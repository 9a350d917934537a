"""The parts that have pages, in the order of the domain. A new part is one line here."""

from advnet.accounts import views as accounts
from advnet.admin import views as admin
from advnet.audit import views as audit
from advnet.consultations import move_views as consultations
from advnet.experts import pages as experts
from advnet.experts import vetting_views as vetting
from advnet.web import health, public

BLUEPRINTS = (health.bp, public.bp, accounts.bp, admin.bp, audit.bp, experts.bp, vetting.bp, consultations.bp)
