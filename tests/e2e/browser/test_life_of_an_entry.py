"""An entry from its first letter to its end, in a catalog that is a Git repository: each change is a commit."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from cli.local_platform.demo_catalog import DemoCatalog
from service_catalog.catalog import Catalog
from tests.e2e.browser.pages import Person
from tests.e2e.platform import Platform
from tests.service_catalog.git_catalog.conftest import git

SERVICES = ("orders-api",)


@pytest.fixture(scope="module")
def demo(platform: Platform) -> DemoCatalog:
    """As the demo's is made, of the platform's few."""
    made = DemoCatalog(platform.cloud.state)
    made.make(platform.catalog)
    return made


@pytest.fixture(scope="module")
def portal(platform: Platform, demo: DemoCatalog) -> Iterator[str]:
    from tests.e2e.browser.serving import served

    with served(Platform.over(Catalog(demo.directory), platform.cloud)) as address:
        yield address


def test_an_entry_is_registered_changed_and_retired_in_commits(person: Person, demo: DemoCatalog) -> None:
    registers(person)
    edits_env(person)
    changes_its_size(person)
    provisions(person)
    retires(person)

    log = git(demo.remote, "log", "--format=%an: %s", "main").splitlines()
    assert log == [
        "Abe Rin: greeter: Nobody greets any more",
        "Abe Rin: greeter: It needs more room",
        "Abe Rin: greeter: To say hello",
        "slipway: The sample catalog",
    ]


def registers(person: Person) -> None:
    person.opens_registration()
    person.field("Name").press_sequentially("Orders API")
    person.sees("orders-api is taken: team-commerce has it in dev, local.")
    person.field("Name").fill("The Greeter!")
    person.presses("Take the-greeter")
    person.sees("No service is called the-greeter yet.")
    person.answers({"Name": "greeter", "Owner": "team-web", "Image repository": "greeter", "Port": "8080"})
    person.chooses("By whom", "public")
    person.answers({"Paths": "/greeter", "Env files": "app", "What is it for? (optional)": "To say hello"})
    expect(person.page.locator("[data-known='exposure.paths']")).to_contain_text("rules left")
    person.claims.must_hold("register-known")
    person.presses("Register")
    person.sees_notice("Registered greeter. Nothing runs yet.")


def edits_env(person: Person) -> None:
    person.opens_tab("greeter", "env")
    person.types_env("GREETING=Hello\n", "What it says")
    person.presses(re.compile("^Save v"))
    person.sees_notice("Saved v")


def changes_its_size(person: Person) -> None:
    person.opens_tab("greeter", "settings")
    person.chooses("Sizes of Fargate, and what one task costs a month", "512x1024")
    expect(person.field("CPU units")).to_have_value("512")
    expect(person.field("Memory, MiB")).to_have_value("1024")
    person.answers({"What did you change, and why?": "It needs more room"})
    person.presses("Review the change…")
    person.sees_heading("Review before it is written")
    person.sees(re.compile("cpu", re.IGNORECASE))
    person.presses("Save the entry of greeter")
    person.sees_notice("Saved the entry of greeter.")


def provisions(person: Person) -> None:
    person.provisions("greeter")
    person.sees_heading("Provisioned")


def retires(person: Person) -> None:
    person.opens_tab("greeter", "settings")
    person.follows("Retire greeter…")
    person.sees("Its log groups, each line until its retention ends:")
    person.claims.must_hold("retire")
    person.answers({"Why?": "Nobody greets any more", "Type greeter": "greeter"})
    person.presses("Retire greeter")
    person.sees_heading("greeter is gone from local")
