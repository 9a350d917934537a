"""In which language pages go on after somebody has signed in."""

from tests.browser_less import Browser


def language_of(page) -> str:
    return page.tree.get("lang")


def test_the_language_of_the_sign_in_page_stays_for_who_never_saved_the_settings(app, session, people):
    user = people.make(language="ja")
    session.commit()
    browser = Browser(app, language="en")
    browser.sign_in(user.email)
    assert language_of(browser.get("/account")) == "en"


def test_the_language_saved_in_the_settings_holds_on_this_browser_and_on_others(app, session, people):
    user = people.make(language="ja")
    session.commit()
    browser = Browser(app, language="en")
    browser.sign_in(user.email)
    browser.get("/account?lang=en").submit({"language": "ja"})
    assert language_of(browser.get("/account")) == "ja"
    other = Browser(app, language="en")
    other.sign_in(user.email)
    assert language_of(other.get("/account")) == "ja"


def test_a_browser_that_asks_for_neither_language_leaves_it_to_the_account(app, session, people):
    user = people.make(language="en")
    session.commit()
    browser = Browser(app, language="fr")
    browser.sign_in(user.email)
    assert language_of(browser.get("/account")) == "en"
