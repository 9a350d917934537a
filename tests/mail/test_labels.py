"""Whoever looks after the mail reads in words which message it is."""

from advnet.mail.labels import MESSAGES
from tests.patrol.source import TEMPLATES


def test_every_message_has_words_and_no_words_are_left_over():
    assert set(MESSAGES) == {path.name for path in (TEMPLATES / "mail").iterdir() if path.is_dir()}
