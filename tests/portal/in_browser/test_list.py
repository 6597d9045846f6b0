"""The list of services in a browser: its filter, and how it follows what is read."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.portal.browser import Watched
from tests.provisioning import a_service

ORDERS = "/local/services/orders-api"

SEARCH = """\
name: search
owner: team-search
kind: web
image: { repository: search }
port: 8080
exposure: { audience: public, paths: [/search] }
environments: { local: {} }
"""


def test_filter_narrows_the_list_while_one_types_and_stays_in_the_address(reader, running):
    running.provision(a_service("payments"))
    page = reader.opens_list()
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.is_navigation_request() else None)

    page.fill("#q", "orders")

    expect(page.locator("tbody tr:not(.group):visible")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=orders$"))
    assert asked == []
    page.fill("#q", "zzz")
    expect(page.locator("#nothing")).to_be_visible()


def test_slash_goes_to_the_filter_but_not_while_one_types(reader, running):
    page = reader.opens_list()

    page.keyboard.press("/")
    page.keyboard.type("a/b")

    expect(page.locator("#q")).to_have_value("a/b")


def test_the_list_appears_by_itself_once_it_was_read_for_the_first_time(reader, running):
    running.aws.may_answer.clear()
    page = reader.go("/local/services")
    expect(page.locator("#first")).to_be_visible()

    running.aws.may_answer.set()

    expect(page.locator("#list")).to_contain_text("orders-api")
    assert reader.complaints == []


def test_a_list_that_is_answered_with_old_data_asks_again_for_what_is_read_behind_it(reader, client, running):
    client.get("/local/services")
    running.release("orders-api", "2.14.0", ends="rolled-back")
    running.aws.passes(minutes=2)
    reader.page.clock.install()
    reader.page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
    page = reader.go("/local/services")
    expect(page.locator("#list")).to_contain_text("Healthy")

    with page.expect_request("**/services?part="):
        page.clock.fast_forward(4_000)
    page.clock.resume()

    expect(page.locator("#list")).to_contain_text("Rolled back")


def test_a_list_that_is_left_open_offers_the_team_of_a_new_service(reader, app, catalog, running):
    reader.page.clock.install()
    page = reader.opens_list()
    page.select_option("#owner", "team-commerce")
    page.locator("#owner").blur()

    (catalog.directory / "services" / "search.yaml").write_text(SEARCH)
    collector = app.extensions["slipway"].collector
    collector.outdate("local")
    collector.look("local", patience_seconds=60)
    page.clock.fast_forward(13_000)

    expect(page.locator("#owner option")).to_have_text(["All teams", "team-commerce", "team-search"])
    expect(page.locator("#owner")).to_have_value("team-commerce")
    page.select_option("#owner", "team-search")
    expect(page.locator("tbody tr:not(.group):visible")).to_have_count(1)


def test_what_somebody_reads_stays_where_it_is_when_rows_come_above_it(browser, address, app, catalog, running):
    for number in range(40):
        (catalog.directory / "services" / f"m{number:02}.yaml").write_text(SEARCH.replace("search", f"m{number:02}"))
    reader = Watched(browser, address, viewport={"width": 400, "height": 700})
    page = reader.opens_list()
    row = page.locator("tr", has=page.get_by_role("link", name="m20", exact=True))
    row.evaluate("it => scrollTo(0, it.getBoundingClientRect().top + scrollY - 200)")
    page.wait_for_timeout(100)
    before = row.bounding_box()

    for number in range(6):
        (catalog.directory / "services" / f"a{number}.yaml").write_text(SEARCH.replace("search", f"a{number}"))
    collector = app.extensions["slipway"].collector
    collector.outdate("local")
    collector.look("local", patience_seconds=10)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("tr", has=page.get_by_role("link", name="a5", exact=True))).to_have_count(1)
    page.wait_for_timeout(100)
    after = row.bounding_box()

    reader.context.close()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < 3
