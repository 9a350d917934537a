"""The words for what the worker could not do, and for what matching goes without."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from advnet.jobs.model import Job
from advnet.jobs.service import WORKER_DIED
from advnet.mail.labels import MESSAGES
from advnet.mail.queries import Addressee
from advnet.mail.transport import MailRefused

KINDS = {
    "mail:send": _l("Mail"),
    "account:mail-link": _l("Mail a link to confirm an address"),
    "password:mail-link": _l("Mail a link to set a new password"),
    "consultation:close": _l("Close a consultation at its deadline"),
    "invitation:lapse": _l("Let an invitation lapse"),
    "invitation:remind-reply": _l("Remind of an invitation"),
    "invitation:remind-answer": _l("Remind of an answer"),
    "expert:end-vetting": _l("Ask an expert to confirm the profile again"),
}

GOES_WITHOUT_MEANING = {
    "off": _l("It is switched off in the settings."),
    "no_model": _l("The model for it is not installed."),
    "wrong_model": _l("The installed model is not the expected one and was not opened."),
    "unreachable": _l("The embedding server cannot be reached, is too slow, or refuses."),
    "wrong_answer": _l("The embedding server gives answers that cannot be used."),
    "refused": _l("The embedding server takes no text at all, as when it does not know the model of the settings."),
}
"""Why questions are matched by words alone; the reasons are those of :mod:`advnet.search.vectors`."""

UNREACHABLE = {"TimeoutError", "ConnectionRefusedError", "SMTPServerDisconnected", "gaierror"}
"""Errors of :meth:`SmtpTransport.send`, where no server said no."""


def task(job: Job, addressee: Addressee | None) -> str:
    """What was to be done; a kind that this version does not know is shown as it is."""
    if addressee is not None:
        return str(MESSAGES.get(addressee.message, addressee.message))
    return str(KINDS.get(job.kind, job.kind))


def reason(job: Job) -> str:
    """Why it was not done: what the worker says is translated, what a mail server said stands as it was said."""
    kind, _colon, words = (job.error or "").partition(": ")
    if job.error == WORKER_DIED:
        return str(_(WORKER_DIED))
    if kind == MailRefused.__name__:
        return str(_("The mail server refused: %(words)s", words=words))
    if job.kind == "mail:send" and kind in UNREACHABLE:
        return str(_("The mail server cannot be reached or is too slow: %(words)s", words=words))
    return job.error or ""
