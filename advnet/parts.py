"""The parts that have pages, in the order of the domain. A new part is one line here."""

from advnet.accounts import views as accounts
from advnet.admin import views as admin
from advnet.advice import desk_views as desk
from advnet.advice import version_views as brief_versions
from advnet.advice import views as briefs
from advnet.answers import pages as answers
from advnet.audit import views as audit
from advnet.consultations import pages as consultations
from advnet.experts import pages as experts
from advnet.experts.registration import views as vetting
from advnet.experts.vocabulary import views as vocabulary
from advnet.matching import pages as matching
from advnet.web import health, public

BLUEPRINTS = (
    health.bp,
    public.bp,
    accounts.bp,
    admin.bp,
    audit.bp,
    experts.bp,
    vetting.bp,
    vocabulary.bp,
    consultations.bp,
    consultations.invitations,
    consultations.resolving,
    matching.bp,
    matching.search,
    answers.bp,
    answers.rounds,
    answers.records,
    briefs.bp,
    brief_versions.bp,
    desk.bp,
)
