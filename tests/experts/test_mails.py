"""The mails of registration and vetting, in both languages."""

import pytest
import sqlalchemy as sa

from advnet.experts.registration.vetting import RejectionReason
from advnet.jobs.model import Job
from advnet.mail.messages import registrations as messages
from advnet.mail.outbox import Recipient
from advnet.mail.render import MailRenderer

MAILS = {
    messages.registration_received: (
        {"due_on": "2026-12-04"},
        {"en": "Friday 4 December 2026", "ja": "2026年12月4日（金）"},
    ),
    messages.more_asked: ({"question": "Which <cruise>?"}, {"en": "Which <cruise>?", "ja": "Which <cruise>?"}),
    messages.registration_approved: ({}, {"en": "/profile", "ja": "/profile"}),
    messages.decision_undone: ({"reason": "Wrong person."}, {"en": "Wrong person.", "ja": "Wrong person."}),
}


def rendered(session, settings, now, message, language, **values) -> tuple[str, str, str]:
    """Subject, text and HTML."""
    to = Recipient("hanako@example.org", "Hanako", language, "Asia/Tokyo")
    message(session, to=to, registration_id=7, now=now, **values)
    payload = session.scalars(sa.select(Job.payload).where(Job.kind == "mail:send")).one()
    mail = MailRenderer(settings).render(payload, now=now)
    text, html = (part.get_content() for part in mail.iter_parts())
    return mail["Subject"], text, html


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("message", MAILS, ids=lambda message: message.__name__)
def test_each_mail_says_what_it_is_for_in_text_and_html(session, settings, now, message, language):
    values, expected = MAILS[message]
    subject, text, html = rendered(session, settings, now, message, language, **values)
    assert subject
    assert "Hanako" in text
    assert expected[language] in text
    assert expected[language].replace("<", "&lt;").replace(">", "&gt;") in html


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("code", list(RejectionReason))
def test_a_rejection_gives_the_sentence_of_its_reason_and_the_own_words(session, settings, now, language, code):
    _subject, text, html = rendered(
        session, settings, now, messages.registration_rejected, language, reason_code=code.value, reason="My <words>"
    )
    assert "My <words>" in text
    assert "My &lt;words&gt;" in html
    sentences = {
        "en": {"out_of_scope": "outside what the Network needs", "evidence": "do not sufficiently support",
               "identity": "could not confirm", "duplicate": "same person", "no_reply": "received no reply",
               "other": ""},
        "ja": {"out_of_scope": "範囲に含まれていません", "evidence": "裏付ける業績", "identity": "確認できませんでした",
               "duplicate": "同じ方の登録", "no_reply": "ご回答をいただけません", "other": ""},
    }  # fmt: skip
    assert sentences[language][code] in text
    assert sentences[language][code] in html


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(("code", "reason"), [("other", "My words"), ("evidence", ""), ("evidence", "My words")])
def test_a_rejection_has_no_gap_where_a_sentence_or_a_word_is_missing(session, settings, now, language, code, reason):
    mail = rendered(
        session, settings, now, messages.registration_rejected, language, reason_code=code, reason=reason
    )  # fmt: skip
    assert "\n\n\n" not in mail[1]
    assert ("My words" in mail[1]) == bool(reason)
