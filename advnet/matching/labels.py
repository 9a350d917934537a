"""The words for what finding says of an expert, and the tone of each."""

from flask_babel import lazy_gettext as _l

from advnet.matching.eligibility import Hindrance
from advnet.matching.explanation import REST
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

WHY_HINDERED = {
    Hindrance.PAUSED: _l("The expert takes no invitations at the moment."),
    Hindrance.FULL_LOAD: _l("The expert has as many open invitations as agreed to at most."),
    Hindrance.ACCOUNT_CLOSED: _l("The account of the expert is closed."),
    Hindrance.FILED_IT: _l("The expert filed this request, and nobody is asked about their own request."),
    Hindrance.LEFT: _l("Who has left the Network cannot be asked, and is not ranked."),
}
"""What a hindrance means, in a sentence."""

PARTS = {
    "work": _l("Work"),
    "skill": _l("Skill"),
    "biography": _l("Biography"),
    "affiliation": _l("Affiliation"),
    REST: _l("Everything else"),
}
"""What a part of the score comes from."""

GOES_WITHOUT = {"meaning": _l("comparison by meaning")}
"""What a ranking can do without."""

PLACES = {
    "names": _l("Name"),
    "affiliation": _l("Affiliation"),
    "skills": _l("Skill"),
    "broader": _l("Skill"),
    "biography": _l("Biography"),
    "title": _l("Work"),
    "abstract": _l("Abstract of a work"),
}
"""Where a searched word stands."""
