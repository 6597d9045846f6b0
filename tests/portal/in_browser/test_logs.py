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
    expect(page.locator("#lines .row")).to_have_count(201)


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

    expect(page.locator("#lines .row")).to_have_count(300)
    page.click("a[data-older]")
    expect(page.get_by_text("Nothing was printed since")).to_be_visible()


def test_without_script_the_newest_line_is_in_view_too(browser, address, printing):
    reader = Watched(browser, address, java_script_enabled=False)
    page = reader.go(f"{ORDERS}/logs")
    expect(page.locator("#lines p", has_text="line 299")).to_be_in_viewport()
    reader.context.close()


def test_a_line_is_copied_as_it_was_printed(reader, printing):
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    printing('{"level": "info", "msg": "it\'s a & b", "n": 1.0}')
    page = reader.go(f"{ORDERS}/logs")
    page.locator("#lines .row").last.hover()

    page.get_by_role("button", name="Copy this line").click()

    expect(page.locator("#live")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == '{"level": "info", "msg": "it\'s a & b", "n": 1.0}'


def test_a_line_is_copied_and_folded_out_by_keyboard(reader, printing):
    printing('{"msg": "a", "user": {"id": 7}}')
    page = reader.go(f"{ORDERS}/logs")
    page.locator("#lines summary").last.focus()

    page.keyboard.press("Enter")
    expect(page.locator("#lines pre").last).to_contain_text('"id": 7')
    expect(page.locator("#lines .row").last.get_by_role("button", name="Copy this line")).to_be_visible()


def test_where_lines_were_left_out_it_is_said(reader, running, printing):
    page = reader.go(f"{ORDERS}/logs")
    running.aws.passes(seconds=3600)

    printing(*(f"flood {number}" for number in range(1500)))

    expect(page.get_by_text("flood 1499")).to_be_in_viewport()
    expect(page.get_by_text("More was printed than is shown here: lines are left out.")).to_be_visible()


def test_times_to_type_come_with_their_choice_and_are_the_readers(browser, address, printing):
    reader = Watched(browser, address, timezone_id="Asia/Tokyo")
    page = reader.go(f"{ORDERS}/logs")
    expect(page.get_by_label("From")).to_be_hidden()
    page.get_by_label("Time").select_option("span")
    page.fill("#from", "2026-11-20T14:32:07")

    reader.sends(".search button")

    expect(page.locator("#lines .row")).to_have_count(2)
    reader.context.close()
