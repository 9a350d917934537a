"""How guessing a password is slowed down, wherever one is asked for: at sign-in and before a change of password.

Refused attempts are rows in the database, so that every web process counts the same, and attempts on one account are
judged one after the other, so that a hundred at once gain nothing. After :data:`FREE_FAILURES` within :data:`WINDOW` an
*account* waits, twice as long with each further one up to :data:`LONGEST_WAIT`; a *network* has its own, wider
allowance, so that one host cannot try many accounts. While it waits even the right password is refused, with the time
to wait; a right one makes the account's count start anew. (NIST SP 800-63B-4, section 3.2.2.)

Whoever has mail sent to an address that may be a stranger's, by registering or by asking for a link, uses up the
allowance of the network too: nobody sends mail to a thousand mailboxes from here.

The account is what the address says, in any case and with any spaces around it, whether there is one or not. The
network is an IPv4 address, or the 64 bits that one subscriber of IPv6 has to himself; it comes from the connection, and
from X-Forwarded-For only as far as proxies are trusted.
"""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts import queries
from advnet.accounts.model import FailedSignIn, email_key
from advnet.db import serialise
from advnet.errors import DomainError, msgid

WINDOW = timedelta(hours=1)
FREE_FAILURES = 5
FREE_FAILURES_PER_NETWORK = 50
LONGEST_WAIT = timedelta(minutes=15)


class TooManyAttempts(DomainError):
    message = msgid("Too many attempts. Wait %(minutes)s min and try again, or have a link sent to set a new password.")


class TooManyMails(DomainError):
    message = msgid("Too many mails have been asked for from your network. Wait %(minutes)s min and try again.")


def refuse_while_waiting(session: Session, *, email: str, address: str, now: datetime) -> None:
    """Until this transaction ends, no other attempt on this account or from this network is judged.

    :raises TooManyAttempts: the account or the network has to wait
    """
    serialise(session, f"attempt:{email_key(email)}")
    failures, last = queries.count_failures(session, email=email, since=now - WINDOW)
    minutes = max(_minutes_left(failures, last, FREE_FAILURES, now), _network_minutes_left(session, address, now))
    if minutes:
        raise TooManyAttempts(minutes=minutes)


def admit_mail(session: Session, *, address: str, now: datetime) -> None:
    """One more mail that is asked for from this network counts.

    :raises TooManyMails: the network has to wait
    """
    minutes = _network_minutes_left(session, address, now)
    if minutes:
        raise TooManyMails(minutes=minutes)
    note_failure(session, email="", address=address, now=now)


def note_failure(session: Session, *, email: str, address: str, now: datetime) -> None:
    """The attempt counts. The caller commits it, although what it answers is a refusal."""
    session.add(FailedSignIn(email_key=email_key(email), address=network_of(address), at=now))
    session.flush()


def forget_failures(session: Session, *, email: str) -> None:
    """The account's count starts anew."""
    session.execute(sa.delete(FailedSignIn).where(FailedSignIn.email_key == email_key(email)))


def wait_after(failures: int, free: int) -> timedelta:
    """How long to wait after the last of so many failures: nothing, then a minute, doubling up to the longest."""
    if failures < free:
        return timedelta(0)
    return min(timedelta(minutes=2 ** min(failures - free, 10)), LONGEST_WAIT)


def _network_minutes_left(session: Session, address: str, now: datetime) -> int:
    network = network_of(address)
    serialise(session, f"attempt:{network}")
    failures, last = queries.count_failures(session, address=network, since=now - WINDOW)
    return _minutes_left(failures, last, FREE_FAILURES_PER_NETWORK, now)


def _minutes_left(failures: int, last: datetime | None, free: int, now: datetime) -> int:
    """Begun minutes; 0 when there is nothing to wait for."""
    remaining = last + wait_after(failures, free) - now if last else timedelta(0)
    return max(0, -(-remaining // timedelta(minutes=1)))


def network_of(address: str) -> str:
    """What counts as one host: the IPv4 address, the /64 of an IPv6 address; what is neither, as it stands."""
    try:
        host = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:45]
    if not isinstance(host, IPv6Address):
        return str(host)
    return str(host.ipv4_mapped or ip_network((host, 64), strict=False))
