"""The main navigation: what the reader may open, in the order of the work. A part adds its line here."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext, lazy_gettext

from advnet.permissions import Permission, allows
from advnet.web.request import actor


@dataclass(frozen=True)
class Item:
    url: str
    label: str
    current: bool
    count: int = 0


ENTRIES: tuple[tuple[str, object, Permission], ...] = (
    ("desk.show", lazy_gettext("Desk"), Permission.DESK_READ),
    ("invitations.index", lazy_gettext("Invitations"), Permission.INVITATION_LIST_OWN),
    ("consultations.index", lazy_gettext("Consultations"), Permission.CONSULTATION_LIST),
    ("expert_search.search", lazy_gettext("Experts"), Permission.EXPERT_SEARCH),
    ("briefs.index", lazy_gettext("Briefs"), Permission.BRIEF_LIST),
    ("experts.registration", lazy_gettext("Registration"), Permission.REGISTRATION_OWN),
    ("experts.profile", lazy_gettext("Profile"), Permission.PROFILE_OWN),
    ("vetting.queue", lazy_gettext("Registrations"), Permission.REGISTRATION_VET),
    ("vocabulary.browse", lazy_gettext("Vocabulary"), Permission.VOCABULARY_MANAGE),
    ("admin.overview", lazy_gettext("Administration"), Permission.ACCOUNT_MANAGE),
    ("audit.index", lazy_gettext("Audit log"), Permission.AUDIT_READ),
)
"""Endpoint, label, the permission that shows it."""


def main() -> list[Item]:
    who = actor()
    return [_item(endpoint, str(label)) for endpoint, label, permission in ENTRIES if allows(permission, who)]


def account() -> list[Item]:
    if not actor().is_signed_in:
        return []
    return [_item("accounts.settings", gettext("Your account"))]


def _item(endpoint: str, label: str) -> Item:
    """Current where the page belongs to the same part (the endpoint's blueprint)."""
    here = (request.endpoint or "").partition(".")[0]
    return Item(url_for(endpoint), label, here == endpoint.partition(".")[0])
