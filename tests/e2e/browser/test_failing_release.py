"""Releases that go wrong: the page says what happened, and everything is as it was before."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.pages import Person
from tests.e2e.platform import Platform

SERVICES = ("orders-api", "storefront")

STAGES = ("Register", "Start new tasks", "Get healthy", "Drain old tasks")


@pytest.fixture(scope="module")
def released(platform: Platform) -> Platform:
    """1.0.0 of orders-api runs with the env it needs; storefront was never released."""
    assert platform.first_release("orders-api").status == "succeeded"
    return platform


def applies_env(person: Person, text: str, message: str) -> None:
    person.opens_tab("orders-api", "env")
    person.types_env(text, message)
    person.presses("Save and apply…")
    person.starts(re.compile("^Apply 1.0.0"), why=message)


def runs(platform: Platform) -> tuple[str, str]:
    """Image and env file of the tasks that ECS starts now."""
    container = platform.runs("orders-api")["containerDefinitions"][0]
    return container["image"], container["environmentFiles"][0]["value"]


def test_an_env_that_breaks_the_program_is_explained_and_comes_back_whole(
    person: Person, released: Platform, apart: Callable[..., Any]
) -> None:
    before = runs(released)
    number = len(released.gateways.releases.history("orders-api").releases) + 1

    applies_env(person, "GREETING=Orders\nLOG_LEVEL=info\n", "Tidy up")

    person.sees_heading(f"Release {number} failed and was rolled back")
    failure = person.page.get_by_role("region", name=f"Release {number} failed")
    expect(failure).to_contain_text("the program complains about PAYMENTS_URL, which this release removed")
    expect(failure).to_contain_text("exit code 1")
    expect(failure).to_contain_text("runs again: image, env and definition are what they were")
    expect(person.page.get_by_label("Last lines of its log", exact=True).last).to_contain_text(
        "PAYMENTS_URL is not set"
    )
    person.sees_running("image 1.0.0 env v2")
    person.claims.must_hold("rolled-back-by-ecs")
    person.opens_list()
    expect(person.row("orders-api")).to_contain_text("Rolled back")
    person.claims.must_hold("list-rolled-back")
    log = (released.cloud.state / "logs" / "portal.log").read_text()
    assert re.search(r"Z INFO runtime\.bucket\.env_files env file saved service=orders-api file=app version=\d", log)
    assert f"release claimed service=orders-api number={number}" in log
    assert "GREETING" not in log

    assert runs(released) == before
    assert apart(released.previews) == {}


def test_a_rollout_that_is_stopped_half_way_goes_back(
    person: Person, released: Platform, apart: Callable[..., Any]
) -> None:
    before = runs(released)
    number = len(released.gateways.releases.history("orders-api").releases) + 1

    # Nobody hears at that port, and ECS waits for an answer: time enough to change one's mind.
    applies_env(person, "PAYMENTS_URL=http://payments\nPORT=9999\n", "Listen elsewhere")
    rollout = person.page.get_by_role("region", name=f"Release {number} is rolling out")
    expect(rollout).to_be_visible()
    for part in (*STAGES, "Runs now: release", f"New: release {number}"):
        expect(rollout).to_contain_text(part)
    person.claims.must_hold("rolling-out")
    failing = person.page.get_by_role("region", name=re.compile(r"^Task [0-9a-f]{8} stopped [0-9]+\ss after its start"))
    expect(failing).to_contain_text("asked for /healthz on port 8080 and got no good answer in time")
    # At once, since after two more the circuit breaker goes back by itself.
    person.presses("Stop and roll back to 1.0.0 + env v2")
    person.sees_heading(f"Release {number} was stopped")
    person.sees_running("image 1.0.0 env v2")
    person.claims.must_hold("stopped")

    assert runs(released) == before
    assert apart(released.previews) == {}


def test_a_first_release_that_fails_leaves_no_tasks_and_says_so(
    person: Person, released: Platform, apart: Callable[..., Any]
) -> None:
    person.opens_service("storefront")
    person.chooses_image("2.0.0-broken")
    person.starts(re.compile("^Deploy 2.0.0-broken"), why="To begin with")

    person.sees_heading("Release 1 failed")
    person.sees(re.compile("no release to go back to, so the service runs no tasks"))
    person.claims.must_hold("first-release-failed")
    person.opens_list()
    expect(person.row("storefront")).to_contain_text("Failed")
    expect(person.row("storefront")).to_contain_text("0 / 0")

    state = released.gateways.ecs_services.service("storefront")
    assert (state.desired, state.running) == (0, 0)
    assert apart(released.previews) == {}
