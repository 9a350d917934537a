"""The words of accounts that pages show."""

from flask_babel import lazy_gettext as _l

from advnet.accounts.model import AccountState, Role

ROLES = {
    Role.APPLICANT: _l("Applicant"),
    Role.EXPERT: _l("Expert"),
    Role.ADVISOR: _l("Advisor"),
    Role.SECRETARIAT: _l("Secretariat"),
    Role.REQUESTER: _l("Requester"),
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.AUDITOR: _l("Auditor"),
}

STATES = {
    AccountState.UNCONFIRMED: (_l("Not confirmed"), "info"),
    AccountState.ACTIVE: (_l("Active"), "success"),
    AccountState.CLOSED: (_l("Closed"), "neutral"),
}
