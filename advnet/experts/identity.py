"""Telling whether two records are of one person.

Two records are likely duplicates when they share a key: the e-mail address, the ORCID iD, or a name in any of its
scripts. A name's key does not depend on the order in which its parts were given, on width, case, accents or kind of
kana; where words are not set apart by spaces, the whole name in both orders are keys, so that a full name that was
typed into one box is found too. A likely duplicate is only shown, with its reasons: a person decides.
"""

from advnet.accounts.model import email_key
from advnet.experts.model import Expert, ExpertKey, KeyKind
from advnet.text import fold, runs

MAX_KEY_LENGTH = 254


def keys_of(expert: Expert) -> set[tuple[KeyKind, str]]:
    """Everything by which another record of this person would be recognised."""
    keys = {
        (KeyKind.NAME, key[:MAX_KEY_LENGTH])
        for family, given in (
            (expert.family_ja, expert.given_ja),
            (expert.family_kana, expert.given_kana),
            (expert.family_en, expert.given_en),
        )
        for key in name_keys(family, given)
    }
    if expert.email:
        keys.add((KeyKind.EMAIL, email_key(expert.email)))
    if expert.orcid:
        keys.add((KeyKind.ORCID, expert.orcid))
    return keys


def name_keys(family: str, given: str) -> set[str]:
    """The keys of one name in one script; none when it is empty."""
    parts = [list(runs(fold(part))) for part in (family, given)]
    words = [run.text for part in parts for run in part]
    if not words:
        return set()
    if all(run.is_cjk for part in parts for run in part):
        joined = ["".join(run.text for run in part) for part in parts]
        return {"".join(joined), "".join(reversed(joined))}
    return {" ".join(sorted(words))}


def refresh_keys(expert: Expert) -> None:
    """Write the keys of the expert as it stands now; ``keys`` must be loaded."""
    wanted = keys_of(expert)
    kept = [row for row in expert.keys if (KeyKind(row.kind), row.key) in wanted]
    present = {(KeyKind(row.kind), row.key) for row in kept}
    expert.keys = kept + [ExpertKey(kind=kind, key=key) for kind, key in sorted(wanted - present)]
