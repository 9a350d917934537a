"""Passwords after NIST SP 800-63B-4, section 3.1.1: length and a blocklist, no rules of composition, no expiry.

As the only factor a password has at least 15 characters (code points after NFKC, so that it is the same from every
keyboard); all characters are welcome, spaces too. The blocklist refuses what guessers try first: common passwords and
what is written around the account (name, e-mail, the service's own name), however it is padded.
"""

import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from advnet.errors import Invalid, msgid

MINIMUM_LENGTH = 15
MAXIMUM_LENGTH = 200

_hasher = PasswordHasher()  # argon2id, RFC 9106's second recommended option
_NOBODY = _hasher.hash("the password of an account that does not exist")


def check_strength(password: str, *, context: tuple[str, ...] = ()) -> None:
    """:param context: the account's name, e-mail and the like, which may not make up the password
    :raises Invalid: on field ``password``; the message says what to do
    """
    plain = _normalised(password)
    if len(plain) < MINIMUM_LENGTH:
        raise Invalid(
            msgid("Use at least %(minimum)s characters. Several words with spaces make a good password."),
            field="password",
            minimum=MINIMUM_LENGTH,
        )
    if len(plain) > MAXIMUM_LENGTH:
        raise Invalid(msgid("Use at most %(maximum)s characters."), field="password", maximum=MAXIMUM_LENGTH)
    if _is_guessable(plain.casefold(), context):
        raise Invalid(msgid("This password is easy to guess. Choose another one."), field="password")


def hash_password(password: str) -> str:
    """The argon2id hash to keep."""
    return _hasher.hash(_normalised(password))


def verify_password(password: str, kept: str | None) -> bool:
    """Whether it is the password. Takes as long without an account (``kept`` None), so that time does not tell."""
    try:
        return _hasher.verify(kept or _NOBODY, _normalised(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(kept: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(kept)


def _normalised(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _is_guessable(folded: str, context: tuple[str, ...]) -> bool:
    letters = "".join(character for character in folded if character.isalnum())
    if len(set(letters)) < 5:
        return True
    words = {"advnet", "password", "passphrase", "gaimusho", *_blocklist()}
    for text in context:
        words.update(part for part in text.casefold().replace("@", " ").replace(".", " ").split() if len(part) >= 3)
    remaining = letters
    for word in sorted(words, key=len, reverse=True):
        remaining = remaining.replace(word, "")
    return len(remaining) < MINIMUM_LENGTH // 2


@cache
def _blocklist() -> frozenset[str]:
    return frozenset((Path(__file__).with_name("blocklist.txt")).read_text(encoding="utf-8").split())
