"""The only place that asks what time it is; services are told."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current moment as aware UTC."""
    return datetime.now(UTC)
