"""Many stories told on one time line.

A story is a generator that yields the moment of its next act and then does it; its moments never go back. :func:`tell`
lets each go on when its moment comes, so that what the demo made last year and last week stands in the audit log in the
order of time.
"""

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta

from advnet.days import JAPAN, day_in_japan

Story = Iterator[datetime]


def tell(stories: Iterable[Story]) -> None:
    """Let every story come to its end, act by act in the order of time."""
    for _ in together(*stories):
        pass


def together(*stories: Story) -> Story:
    """Several stories as one; of two acts at the same moment that of the earlier story comes first."""
    waiting = [(moment, order, story) for order, story in enumerate(stories) if (moment := next(story, None))]
    heapq.heapify(waiting)
    while waiting:
        moment, order, story = heapq.heappop(waiting)
        yield moment
        following = next(story, None)
        if following is not None:
            heapq.heappush(waiting, (following, order, story))


def at_work(now: datetime, *, days: float, minutes: int = 0) -> datetime:
    """A moment in office hours in Japan, ``days`` from the day of ``now``; never after ``now`` for days up to 0.

    :param minutes: after ten in the morning, so that not everything happens at once
    """
    day = day_in_japan(now + timedelta(days=days))
    moment = datetime.combine(day, time(10), JAPAN) + timedelta(minutes=minutes % 420)
    return min(moment, now) if days <= 0 else moment
