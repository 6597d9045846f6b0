"""The pages of one service, left open while something happens."""

import re

import pytest
from playwright.sync_api import expect

ORDERS = "/local/services/orders-api"


def test_rollout_is_followed_to_its_end_without_a_reload(reader, running, troubled):
    page = reader.go(ORDERS)
    expect(page.locator("#rollout")).to_have_text("Release 2 is rolling out")

    running.ends("orders-api", "rolled-back")
    running.aws.passes(seconds=10)

    expect(page.locator("#failed")).to_contain_text("Release 2 failed and was rolled back")
    expect(page.locator("#head .state").first).to_contain_text("Rolled back")


def test_tab_of_a_release_that_is_left_open_says_how_it_ended(reader, running, troubled):
    page = reader.go(f"{ORDERS}/releases/2")
    expect(page).to_have_title(re.compile("^Release 2: Rolling out"))

    running.ends("orders-api", "rolled-back")
    running.aws.passes(seconds=10)

    expect(page).to_have_title(re.compile("^Release 2: Rolled back by ECS"))
    expect(page.locator("#live")).to_have_text("Release 2: Rolled back by ECS")


@pytest.mark.parametrize("tab", ["", "/tasks", "/releases"])
def test_page_of_a_quiet_service_that_is_left_open_follows_what_happens(reader, running, tab):
    reader.page.clock.install()
    page = reader.go(f"{ORDERS}{tab}")
    expect(page.locator("#head .state").first).to_contain_text("Healthy")

    running.release("orders-api", "2.14.0", ends="rolled-back")
    running.aws.passes(seconds=10)
    page.clock.fast_forward(16_000)

    expect(page.locator("#head .state").first).to_contain_text("Rolled back")


def test_tag_that_somebody_chose_is_still_chosen_after_a_refresh(reader, running):
    reader.page.clock.install()
    page = reader.go(ORDERS)
    page.select_option("#image", "2.13.3")
    page.locator("#image").blur()

    running.release("orders-api", "2.14.0", ends="rolled-back")
    running.aws.passes(seconds=10)
    page.clock.fast_forward(16_000)

    expect(page.locator("#failed")).to_be_visible()
    expect(page.locator("#image")).to_have_value("2.13.3")


def test_page_of_an_outage_becomes_the_page_of_the_service_when_aws_answers(reader, running):
    reader.page.clock.install()
    reader.opens_list()
    running.aws.outage = True
    page = reader.go(ORDERS)
    expect(page.locator("#was")).to_be_visible()

    running.aws.outage = False
    running.aws.passes(seconds=10)
    page.clock.fast_forward(16_000)

    expect(page.locator("#runs")).to_have_text("Runs now")


def test_what_somebody_chooses_is_not_taken_away_by_a_refresh(reader, running, troubled):
    page = reader.go(ORDERS)
    page.focus("#image")

    running.ends("orders-api", "rolled-back")
    running.aws.passes(seconds=10)

    expect(page.locator("#failed")).to_contain_text("was rolled back")
    expect(page.locator("#image")).to_be_focused()


def test_a_refresh_leaves_the_keyboard_on_the_link_where_it_was(reader, running, troubled):
    link = reader.opens_list().get_by_role("link", name="orders-api", exact=True)
    link.focus()

    running.ends("orders-api", "rolled-back")
    running.aws.passes(seconds=10)

    expect(reader.page.locator("tr", has_text="orders-api")).to_contain_text("Rolled back")
    expect(link).to_be_focused()


def test_a_chart_says_its_values_by_keyboard(reader, running):
    running.measure("orders-api", cpu=[22, 48])
    page = reader.go(ORDERS)

    page.locator(".chart svg").first.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".chart [data-read]").first).to_have_text("05:32: 48 %")
    page.keyboard.press("ArrowLeft")

    expect(page.locator(".chart [data-read]").first).to_have_text("05:31: 22 %")
    expect(page.locator("#live")).to_have_text("05:31: 22 %")


def test_a_minute_that_somebody_reads_stays_where_it_is_when_the_chart_is_drawn_anew(reader, running):
    reader.page.clock.install()
    running.measure("orders-api", cpu=[22, 48])
    page = reader.go(ORDERS)
    chart = page.locator(".chart").first
    chart.locator("svg").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")

    running.aws.passes(seconds=60)
    running.measure("orders-api", cpu=[22, 48, 73])
    page.clock.fast_forward(16_000)

    expect(chart.locator("strong")).to_have_text("73 %")
    expect(chart.locator("[data-read]")).to_have_text("05:31: 22 %")
    expect(chart.locator("svg")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(chart.locator("[data-read]")).to_have_text("05:32: 48 %")


def test_a_chart_of_days_says_the_day_of_a_value(reader, running):
    running.measure("orders-api", cpu=[22] * 30)
    page = reader.go(f"{ORDERS}/metrics?range=7d")

    page.locator(".chart svg").first.focus()
    page.keyboard.press("ArrowLeft")

    expect(page.locator(".chart [data-read]").first).to_have_text("11-20 05:00: 22 %")
    expect(page.locator("#live")).to_have_text("11-20 05:00: 22 %")
