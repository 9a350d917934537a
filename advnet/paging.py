"""One page of a long list: cut by the database, shown by the table macro."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

T = TypeVar("T")
SIZE = 25


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of ``total``.

    :ivar number: of the page, counted from 1
    :ivar size: rows a page
    """

    items: Sequence[T]
    total: int
    number: int
    size: int

    @property
    def count(self) -> int:
        """How many pages there are; at least 1."""
        return max(1, -(-self.total // self.size))


def paged(session: Session, query: sa.Select[T], *, number: int, size: int = SIZE) -> Page[T]:
    """The page of an ordered select of one entity, and how many rows there are in all: two statements.

    A number beyond the end gives the last page, one below 1 the first.
    """
    total = session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).options().subquery())) or 0
    number = min(max(1, number), max(1, -(-total // size)))
    items: Sequence[Any] = session.scalars(query.limit(size).offset((number - 1) * size)).all()
    return Page(items, total, number, size)
