"""Why not: the desk names an expert and is told why this person is not on the list of candidates."""

from flask import render_template, request

from advnet.clock import now
from advnet.consultations.invitations.course_views import tabs
from advnet.consultations.invitations.service import PROPOSING
from advnet.consultations.model import Consultation
from advnet.consultations.queries import get_consultation
from advnet.experts.model import Expert
from advnet.experts.queries import get_expert
from advnet.matching.absence import Absence, explain_absence
from advnet.matching.directory import load_directory
from advnet.matching.queries import list_by_name
from advnet.matching.typed import read_typed
from advnet.matching.views import also_url, bp
from advnet.permissions import Permission
from advnet.search import IndexUnusable, SearchTimeout
from advnet.web import language
from advnet.web.access import requires
from advnet.web.request import actor, index, session

MOST_PEOPLE = 10
_LONGEST_NAME = 100


@bp.get("/consultations/<int:consultation_id>/candidates/why-not")
@requires(Permission.CONSULTATION_FIND_EXPERTS, consultation=get_consultation)
def why_not(consultation: Consultation) -> str:
    name = read_typed(request.args.get("name", ""), longest=_LONGEST_NAME).strip()
    people, count = _people(name)
    asked = _asked()
    if asked is None and count == 1 and people and "typing" not in request.args:
        asked = people[0].id
    expert = None if asked is None else get_expert(session(), asked, actor=actor())
    return render_template(
        "matching/why_not.html",
        consultation=consultation,
        name=name,
        people=people,
        count=count,
        near=_near(name) if name and not count and asked is None else (),
        absence=None if expert is None else _absence(consultation, expert),
        may_propose=consultation.state in PROPOSING,
        also_url=also_url,
        tabs=tabs(consultation, "matching.candidates"),
    )


def _near(name: str) -> list[str]:
    """What may have been meant: other spellings that the index knows, of which each is a name."""
    try:
        spellings = index().suggest(name)
    except (IndexUnusable, SearchTimeout):
        return []
    directory = load_directory(session())
    return [one for one in spellings if directory.named(one)]


def _absence(consultation: Consultation, expert: Expert) -> Absence:
    return explain_absence(session(), index(), actor=actor(), consultation=consultation, expert=expert, now=now())


def _asked() -> int | None:
    asked = request.args.get("expert", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None


def _people(name: str) -> tuple[list[Expert], int]:
    """The first who are called so, in the order in which this reader looks for names, and how many there are."""
    found = load_directory(session()).named(name) if name else []
    people = list_by_name(session(), found, language=language.current(), limit=MOST_PEOPLE) if found else []
    return people, len(found)
