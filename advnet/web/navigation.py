"""The main navigation: what the reader may open, in the order of the work. A part adds its line here."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from advnet.permissions import Permission, allows
from advnet.web.access import permission_of
from advnet.web.request import actor


@dataclass(frozen=True)
class Item:
    url: str
    label: str
    current: bool
    count: int = 0


ENTRIES: tuple[tuple[str, object, Permission], ...] = (
    ("desk.show", _l("Desk"), Permission.DESK_READ),
    ("invitations.index", _l("Invitations"), Permission.INVITATION_LIST_OWN),
    ("consultations.index", _l("Consultations"), Permission.CONSULTATION_LIST),
    ("expert_search.search", _l("Experts"), Permission.EXPERT_SEARCH),
    ("briefs.index", _l("Briefs"), Permission.BRIEF_LIST),
    ("experts.registration", _l("Registration"), Permission.REGISTRATION_OWN),
    ("experts.profile", _l("Profile"), Permission.PROFILE_OWN),
    ("vetting.queue", _l("Registrations"), Permission.REGISTRATION_VET),
    ("vocabulary.browse", _l("Vocabulary"), Permission.VOCABULARY_MANAGE),
    ("admin.overview", _l("Administration"), Permission.ACCOUNT_MANAGE),
    ("audit.index", _l("Audit log"), Permission.AUDIT_READ),
)
"""Endpoint, label, the permission that shows it."""

ABOUT_CONSULTATIONS = frozenset({"invitations", "matching", "answers", "resolving"})
OF_THE_EXPERT = frozenset({Permission.INVITATION_LIST_OWN, Permission.INVITATION_REPLY, Permission.ANSWER_WRITE})
"""The permissions of the expert's own pages among those."""


def main() -> list[Item]:
    who = actor()
    return [_item(endpoint, str(label)) for endpoint, label, permission in ENTRIES if allows(permission, who)]


def footer() -> list[Item]:
    about = url_for("public.about")
    return [
        Item(about, gettext("About the Network"), request.endpoint == "public.about"),
        Item(f"{about}#personal-data", gettext("Personal data"), False),
        Item(f"{about}#accessibility", gettext("Accessibility"), False),
        Item(f"{about}#contact", gettext("Contact"), False),
    ]


def account() -> list[Item]:
    if not actor().is_signed_in:
        return []
    return [_item("accounts.settings", gettext("Your account"))]


def _item(endpoint: str, label: str) -> Item:
    """Current where the page belongs to the same part (the endpoint's blueprint)."""
    return Item(url_for(endpoint), label, _part() == endpoint.partition(".")[0])


def _part() -> str | None:
    """The blueprint under whose entry the page stands: a page about a consultation, in whatever part it is written,
    under the desk's consultations, or under the invitations of the expert whose own page it is."""
    if request.blueprint not in ABOUT_CONSULTATIONS or request.endpoint is None:
        return request.blueprint
    return "invitations" if permission_of(request.endpoint) in OF_THE_EXPERT else "consultations"
