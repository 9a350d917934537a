"""A page of a list with its addresses: the page's own URL, filters kept."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request

from advnet.paging import Page


def asked_page() -> int:
    """The number in ``?page=``; 1 when there is none or it is no number."""
    return request.args.get("page", 1, type=int)


@dataclass(frozen=True)
class LinkedPage:
    """What the table macro's ``paging`` takes. :param kept: the filters that links carry on; None for all there are"""

    page: Page[Any]
    kept: Collection[str] | None = None

    @property
    def items(self) -> Any:
        return self.page.items

    @property
    def number(self) -> int:
        return self.page.number

    @property
    def size(self) -> int:
        return self.page.size

    @property
    def total(self) -> int:
        return self.page.total

    def url_for(self, number: int) -> str:
        others = [(key, value) for key, value in request.args.items(multi=True) if key != "page"]
        pairs = [pair for pair in others if self.kept is None or pair[0] in self.kept]
        return f"{request.path}?{urlencode([*pairs, ('page', number)])}"
