"""The list of services in a browser: its filter, and how it follows what is read."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

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
