"""Every module with tables, imported so that the metadata is whole (for migrations and tests)."""

from advnet.accounts import model as accounts
from advnet.advice import model as advice
from advnet.answers import model as answers
from advnet.answers.discussion import model as discussion
from advnet.answers.items import model as items
from advnet.audit import model as audit
from advnet.consultations import model as consultations
from advnet.consultations.invitations import model as invitations
from advnet.consultations.rounds import model as rounds
from advnet.experts import model as experts
from advnet.jobs import model as jobs

__all__ = [
    "accounts",
    "advice",
    "answers",
    "audit",
    "consultations",
    "discussion",
    "experts",
    "invitations",
    "items",
    "jobs",
    "rounds",
]
