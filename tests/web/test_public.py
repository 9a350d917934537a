"""What everybody may read."""

from dataclasses import replace

from advnet import create_app
from tests.browser_less import Browser


def test_every_page_leads_to_what_is_done_with_personal_data(browser: Browser):
    page = browser.get("/sign-in").link("Personal data")
    assert page.url == "/about"
    assert page.tree.get_element_by_id("personal-data").text == "Personal data"


def test_the_contact_is_the_one_that_the_operator_has_set(settings):
    with_contact = create_app(replace(settings, contact="network@example.org"))
    assert "network@example.org" in Browser(with_contact).get("/about").words()
    with_contact.extensions["advnet.database"].dispose()
    without = create_app(settings)
    assert "Please write to the secretariat" in Browser(without).get("/about").words()
    without.extensions["advnet.database"].dispose()
