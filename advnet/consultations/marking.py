"""What a marking allows outside advnet's own pages, and on the page of another consultation.

A mailbox is not advnet: others read it, it is forwarded, it is searched. So a mail names a consultation by its
reference alone where the marking says that the text may not leave the circle of those who were told (TLP 2.0: RED is
for the recipients' ears only, AMBER+STRICT stays in one organisation; 機密性3 is not sent unprotected).
"""

from advnet.consultations.model import Consultation, Tlp

STAYS_INSIDE = frozenset({Tlp.RED, Tlp.AMBER_STRICT})


def may_be_mailed(consultation: Consultation) -> bool:
    """Whether titles and reasons may stand in a mail; otherwise it carries the reference and a link."""
    return consultation.tlp not in STAYS_INSIDE and consultation.confidentiality < 3


def mail_values(consultation: Consultation) -> dict[str, str]:
    """What every mail about it may say: its reference, and its titles (empty where they may not leave)."""
    leaves = may_be_mailed(consultation)
    return {
        "reference": consultation.reference,
        "title_ja": consultation.title_ja or consultation.title_en if leaves else "",
        "title_en": consultation.title_en or consultation.title_ja if leaves else "",
    }


def is_marked_above(other: Consultation, consultation: Consultation) -> bool:
    """Whether the other's text may not stand under the marking of this one's page, which is printed and shown so."""
    strictest_first = list(Tlp)
    is_stricter = strictest_first.index(other.tlp) < strictest_first.index(consultation.tlp)
    return is_stricter or other.confidentiality > consultation.confidentiality
