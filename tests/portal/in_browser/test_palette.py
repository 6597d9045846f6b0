"""Going somewhere by keyboard, and choosing a theme."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect


def test_some_letters_and_enter_lead_to_a_service(reader, running):
    page = reader.page
    page.goto(f"{reader.address}/local/platform")
    page.keyboard.press("Control+k")
    page.keyboard.type("ord")
    expect(page.locator("#palette").get_by_role("option").first).to_contain_text("orders-api team-commerce")
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Enter")

    page.wait_for_url("**/local/services/orders-api")


def test_arrows_choose_and_escape_leaves(reader, running):
    page = reader.page
    page.goto(f"{reader.address}/local/services/orders-api")
    page.get_by_role("button", name=re.compile("go to")).click()
    page.get_by_label("Go to a service").fill("logs")
    expect(page.locator("#palette").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.press("ArrowDown")

    chosen = page.locator("#palette [aria-selected=true]")
    expect(chosen).to_have_count(1)
    field = page.get_by_label("Go to a service")
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id") == "place-1"


def test_a_theme_that_was_chosen_stays(reader, running):
    page = reader.page
    page.goto(f"{reader.address}/local/services")
    page.get_by_role("link", name="Dark").click()
    page.goto(f"{reader.address}/local/platform")

    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("link", name="Light").click()
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert page.locator("html").get_attribute("data-theme") == "light"
    assert dark != light
