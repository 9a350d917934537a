"""The words of items that pages show."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from advnet.answers.items.model import ItemState

STATES: dict[ItemState, tuple[LazyString, str]] = {
    ItemState.NAMED: (_l("Undecided"), "warning"),
    ItemState.TAKEN: (_l("Taken as an option"), "success"),
    ItemState.MERGED: (_l("Merged with another item"), "info"),
    ItemState.LEFT_OUT: (_l("Left out of the options"), "neutral"),
}
