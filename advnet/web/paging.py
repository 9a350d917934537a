"""A page of a list with its addresses: the page's own URL, filters kept."""

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
    """What the table macro's ``paging`` takes."""

    page: Page[Any]

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
        kept = [(key, value) for key, value in request.args.items(multi=True) if key != "page"]
        return f"{request.path}?{urlencode([*kept, ('page', number)])}"
