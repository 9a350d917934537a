"""The words for what finding says of an expert, and the tone of each."""

from flask_babel import lazy_gettext as _l

from advnet.matching.eligibility import Hindrance
from advnet.matching.facets import Availability

AVAILABILITY = {
    Availability.AVAILABLE: (_l("May be asked"), "success"),
    Availability.PAUSED: (_l("Paused"), "neutral"),
    Availability.FULL: (_l("Fully loaded"), "warning"),
    Availability.CLOSED: (_l("Account closed"), "neutral"),
}

HINDRANCES = {
    Hindrance.PAUSED: (_l("Paused"), "neutral"),
    Hindrance.FULL_LOAD: (_l("Fully loaded"), "warning"),
    Hindrance.ACCOUNT_CLOSED: (_l("Account closed"), "neutral"),
    Hindrance.FILED_IT: (_l("Filed the request"), "neutral"),
    Hindrance.LEFT: (_l("No longer in the Network"), "neutral"),
}

PROFILE_PARTS = {"biography": _l("Biography"), "affiliation": _l("Affiliation")}

PLACES = {
    "names": _l("Name"),
    "affiliation": _l("Affiliation"),
    "skills": _l("Skill"),
    "biography": _l("Biography"),
    "title": _l("Work"),
    "abstract": _l("Abstract of a work"),
}
"""Where a searched word stands."""
