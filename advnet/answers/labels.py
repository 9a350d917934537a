"""The words of answers that pages and files show: what they rest on and what may be done with them."""

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from advnet.answers.grounds import Confidence, find_confidence
from advnet.answers.model import Agreement, Distance, EvidenceBase, EvidenceGrade, EvidenceKind, Release
from advnet.consultations.model import Consultation, Mode

EVIDENCE_LABELS: dict[EvidenceKind, LazyString] = {
    EvidenceKind.ARTICLE: _l("Article"),
    EvidenceKind.REPORT: _l("Report"),
    EvidenceKind.BOOK: _l("Book"),
    EvidenceKind.DATASET: _l("Dataset"),
    EvidenceKind.STANDARD: _l("Standard"),
    EvidenceKind.LAW: _l("Law or agreement"),
    EvidenceKind.EXPERIENCE: _l("Own experience"),
    EvidenceKind.OTHER: _l("Other"),
}

GRADES: dict[EvidenceGrade, LazyString] = {
    EvidenceGrade.HIGH: _l("High quality"),
    EvidenceGrade.MODERATE: _l("Moderate quality"),
    EvidenceGrade.LOW: _l("Low quality"),
    EvidenceGrade.VERY_LOW: _l("Very low quality"),
}

EVIDENCE_BASES: dict[EvidenceBase, LazyString] = {
    EvidenceBase.LIMITED: _l("Limited evidence"),
    EvidenceBase.MEDIUM: _l("Medium evidence"),
    EvidenceBase.ROBUST: _l("Robust evidence"),
}

AGREEMENTS: dict[Agreement, LazyString] = {
    Agreement.LOW: _l("Low agreement"),
    Agreement.MEDIUM: _l("Medium agreement"),
    Agreement.HIGH: _l("High agreement"),
}

CONFIDENCES: dict[Confidence, LazyString] = {
    Confidence.VERY_LOW: _l("Very low confidence"),
    Confidence.LOW: _l("Low confidence"),
    Confidence.MEDIUM: _l("Medium confidence"),
    Confidence.HIGH: _l("High confidence"),
    Confidence.VERY_HIGH: _l("Very high confidence"),
}

DISTANCES: dict[Distance, LazyString] = {
    Distance.OWN: _l("In my own field"),
    Distance.NEAR: _l("In a neighbouring field"),
    Distance.FAR: _l("Far from my field"),
}

RELEASES: dict[Release, LazyString] = {
    Release.QUOTED: _l("May be quoted"),
    Release.PARAPHRASED: _l("In other words only"),
    Release.KEPT: _l("Kept at the desk"),
}

NAMED: dict[Release, LazyString] = {
    Release.QUOTED: _l("It may be quoted word for word, with my name"),
    Release.PARAPHRASED: _l("It may be told in other words only, with my name"),
    Release.KEPT: _l("It stays with the desk: the Advisor reads it, no brief cites it"),
}
"""What each release means where a brief names who contributed."""

UNNAMED: dict[Release, LazyString] = {
    Release.QUOTED: _l("It may be quoted word for word, without my name"),
    Release.PARAPHRASED: _l("It may be told in other words only, without my name"),
    Release.KEPT: _l("It stays with the desk: the Advisor reads it, no brief cites it"),
}
"""What each release means where a brief names nobody."""


def names_contributors(consultation: Consultation) -> bool:
    """Whether a brief may say who contributed.

    A brief is passed on, so it names a person only where every reader may know the name and pass it on: not under the
    Chatham House Rule, and not because the advisor happens to be the one who looks at it.
    """
    return consultation.mode == Mode.ATTRIBUTED and not consultation.chatham_house


def release_words(release: str, consultation: Consultation) -> str:
    """What the release means in this consultation."""
    return str((NAMED if names_contributors(consultation) else UNNAMED)[Release(release)])


def evidence_words(evidence_base: str, agreement: str) -> str:
    """Such as "Robust evidence, high agreement: high confidence", as far as it was said; else empty."""
    said = [str(EVIDENCE_BASES[EvidenceBase(evidence_base)])] if evidence_base else []
    said += [str(AGREEMENTS[Agreement(agreement)])] if agreement else []
    joined: str = _(", ").join(said)
    confidence = find_confidence(evidence_base, agreement)
    if confidence is None:
        return joined
    words: str = _("%(label)s: %(value)s", label=joined, value=CONFIDENCES[confidence])
    return words
