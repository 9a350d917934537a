"""Days are those of Japan, whatever the clock of a machine or of a reader shows."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")


def day_in_japan(at: datetime) -> date:
    """The day that a calendar in Japan shows at this moment."""
    return at.astimezone(JAPAN).date()
