"""Refusals of the domain. A refusal is raised before anything is changed and says what to do.

The message is an English msgid, marked with :func:`msgid` so that it is found for translation; who shows it (the web
layer, the command line) translates it and fills in ``params``. ``field`` names the input that is to blame, so that the
message can stand at its place.
"""

from collections.abc import Sequence
from typing import Any, ClassVar


def msgid(message: str) -> str:
    """Mark ``message`` for translation where it is shown, not here."""
    return message


class DomainError(Exception):
    """A refusal with a translatable message.

    :param message: msgid; the class's own message when left out
    :param field: name of the form field or service argument to blame, None when it is about the whole act
    :param params: values for the placeholders of the message
    """

    message: ClassVar[str] = msgid("This cannot be done.")

    def __init__(self, message: str | None = None, *, field: str | None = None, **params: Any) -> None:
        self.text = message or self.message
        self.field = field
        self.params = params
        super().__init__(self.text % params if params else self.text)


class NotFound(DomainError):
    """No such thing, or none that this actor may know of: the two are told apart by nobody."""

    message = msgid("This page does not exist.")


class Forbidden(DomainError):
    """The actor may see the thing but not do this with it."""

    message = msgid("You do not have permission to do this.")


class WrongState(DomainError):
    """The thing is no longer (or not yet) in a state that allows this move."""

    message = msgid("This is no longer possible. Somebody may have changed it meanwhile: look at its present state.")


class Invalid(DomainError):
    """An argument breaks a rule; ``field`` names it."""

    message = msgid("Check this value.")


class Unsound(DomainError):
    """What was typed breaks rules. All faults are found at once, so that nobody corrects a page field by field.

    :ivar faults: one refusal for each thing that is wrong, each with its ``field``
    """

    def __init__(self, faults: Sequence[DomainError]) -> None:
        first = faults[0]
        super().__init__(first.text, field=first.field, **first.params)
        self.faults = tuple(faults)


class EditedMeanwhile(DomainError):
    """Somebody else has saved another version since the editor opened the page; nothing is changed."""

    message = msgid(
        "Somebody else has saved a change since you opened this page. Nothing of yours is lost: compare with the "
        "present version, then save again to put yours in its place."
    )
