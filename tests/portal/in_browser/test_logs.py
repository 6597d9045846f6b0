"""The page of logs in a browser: where new and older lines go."""

from playwright.sync_api import expect

from tests.portal.browser import Watched

ORDERS = "/local/services/orders-api"


def test_new_lines_come_into_view_by_themselves(reader, running, printing):
    page = reader.go(f"{ORDERS}/logs")
    expect(page.locator("#lines p", has_text="line 299")).to_be_in_viewport()

    printing("a new line")
    running.aws.passes(seconds=10)

    expect(page.get_by_text("a new line")).to_be_in_viewport()
    expect(page.locator("#lines p")).to_have_count(201)


def test_what_is_selected_stays_and_newer_lines_wait(reader, running, printing):
    page = reader.go(f"{ORDERS}/logs")
    page.locator("#lines p", has_text="line 298").click(click_count=3)
    selected = page.evaluate("getSelection().toString()")

    printing("a new line")
    running.aws.passes(seconds=10)

    expect(page.locator("#follow")).to_have_text("Follow (1 newer)")
    assert page.evaluate("getSelection().toString()") == selected != ""
    page.click("#follow")
    page.click("#follow")
    expect(page.get_by_text("a new line")).to_be_in_viewport()


def test_older_lines_are_put_before_those_that_stand_there(reader, printing):
    page = reader.go(f"{ORDERS}/logs")

    page.click("a[data-older]")

    expect(page.locator("#lines p")).to_have_count(300)
    page.click("a[data-older]")
    expect(page.get_by_text("Nothing was printed before.")).to_be_visible()


def test_without_script_the_newest_line_is_in_view_too(browser, address, printing):
    reader = Watched(browser, address, java_script_enabled=False)
    page = reader.go(f"{ORDERS}/logs")
    expect(page.locator("#lines p", has_text="line 299")).to_be_in_viewport()
    reader.context.close()
