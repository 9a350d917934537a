"""Days are those of Japan, whatever the clock of a machine or of a reader shows."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")


def day_in_japan(at: datetime) -> date:
    """The day that a calendar in Japan shows at this moment."""
    return at.astimezone(JAPAN).date()


def clock_in_japan(at: datetime) -> datetime:
    """What a clock in Japan shows at this moment, as the browser's field for times wants it: without a zone."""
    return at.astimezone(JAPAN).replace(tzinfo=None)


def from_clock_in_japan(clock: datetime) -> datetime:
    """The moment, in aware UTC, at which a clock in Japan shows this."""
    return clock.replace(tzinfo=JAPAN).astimezone(UTC)
