"""One developer's afternoon: a service from the empty form to a release, its settings changed, and all of it back."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.e2e.browser.pages import Person
from tests.e2e.platform import Platform

SERVICES = ("orders-api",)

WRONG = {
    "Name": "Check Out",
    "Port": "eighty",
    "Health check path": "healthz",
    "Tasks, at most": "many",
    "Paths": "checkout",
}
RIGHT = {
    "Name": "checkout",
    "Owner": "team-commerce",
    "Description": "Turns a basket into an order",
    "Image repository": "checkout",
    "Port": "8080",
    "Health check path": "/healthz",
    "CPU units": "256",
    "Tasks, at most": "2",
    "Paths": "/checkout\n/checkout/*",
    "Env files": "app",
}
ENTRY = """\
name: checkout
owner: team-commerce
description: Turns a basket into an order
image:
  repository: checkout
port: 8080
health: { path: /healthz }
tasks: { max: 2 }
exposure:
  audience: public
  paths: [/checkout, /checkout/*]
env_files: [app]
environments:
  local: {}
"""
CARELESS_ENV = 'LOG_LEVEL=info\nGREETING="Check out"\nCOLOR: green\n'
CAREFUL_ENV = "LOG_LEVEL=info\nGREETING=Check out\nCOLOR=green\n"


def test_from_an_empty_form_to_a_release_and_back(
    people: Callable[..., Person], platform: Platform, apart: Callable[..., Any]
) -> None:
    person, colleague = people(), people()
    looks_at_the_list(person)
    is_told_of_five_wrong_answers_at_once(person)
    is_told_of_what_others_have_taken(person)
    registers(person)
    provisions(person)
    deploys(person, "1.0.0", "image 1.0.0 env v1")
    mends_and_saves_settings(person)
    applies_what_is_staged(person)
    merges_with_what_a_colleague_saved(person, colleague)
    deploys(person, "1.1.0", "image 1.1.0 env v2")
    rolls_back(person)

    assert apart(platform.previews) == {}


def looks_at_the_list(person: Person) -> None:
    person.opens_list()
    person.sees_heading("Services in local")
    expect(person.row("orders-api")).to_contain_text("No release yet")
    person.claims.must_hold("list-at-first")
    person.follows("Register a service")
    person.claims.must_hold("register-empty")


def is_told_of_five_wrong_answers_at_once(person: Person) -> None:
    person.chooses("By whom", "public")
    person.answers({**RIGHT, **WRONG})
    person.presses("Register")

    person.sees_notice("Not registered yet")
    for label, answer in {**RIGHT, **WRONG}.items():
        expect(person.field(label)).to_have_value(answer)
    for label, problem in {
        "Name": "must be lower-case letters, digits and hyphens, beginning with a letter, got 'Check Out'",
        "Port": "must be a whole number, got 'eighty'",
        "Health check path": "must begin with '/'",
        "Tasks, at most": "must be a whole number, got 'many'",
        "Paths": "must begin with '/'",
    }.items():
        person.sees_problem(label, problem)
    person.claims.must_hold("register-refused")


def is_told_of_what_others_have_taken(person: Person) -> None:
    person.answers({**RIGHT, "Name": "orders-api"})
    person.presses(re.compile("^Register"))
    person.sees_problem("Name", "there is a service 'orders-api' already")

    person.answers({"Name": "checkout", "Paths": "/checkout\n/orders/*"})
    person.presses(re.compile("^Register"))
    person.sees_problem("Paths", "/orders/* belongs to orders-api in local")
    person.claims.must_hold("register-taken")


def registers(person: Person) -> None:
    person.answers(RIGHT)
    person.presses("Check")
    person.sees_notice("No problems. Nothing is registered yet.")
    expect(person.editor).to_have_value(ENTRY)
    person.claims.must_hold("register")

    person.presses("Register checkout")
    person.sees_notice("Registered checkout. Nothing runs yet.")
    person.claims.must_hold("registered")


def provisions(person: Person) -> None:
    person.provisions("checkout")
    person.sees_heading("Provisioning")
    person.sees_heading("Provisioned")
    person.sees_heading("No release yet")
    person.sees_step("create Service checkout done")
    person.claims.must_hold("provisioned")


def deploys(person: Person, tag: str, release: str) -> None:
    person.opens_service("checkout")
    person.chooses_image(tag)
    person.sees_heading("Review before it starts")
    person.claims.must_hold(f"review-{tag}")
    person.starts(re.compile(f"^Deploy {tag}"), why=f"Try {tag}")
    person.sees_running(release)
    person.claims.must_hold(f"running-{tag}")


def mends_and_saves_settings(person: Person) -> None:
    person.opens_tab("checkout", "env")
    person.types_env(CARELESS_ENV, "A greeting in green")
    person.presses("Check")
    person.sees("The quotes become part of the value")
    person.claims.must_hold("env-problems")

    person.presses(re.compile("^Save v"))
    person.sees_notice("Nothing was saved. Your text is still here.")
    person.presses("Remove quotes")
    expect(person.editor).to_have_value(CARELESS_ENV.replace('"', ""))
    person.presses("Put = for :")
    expect(person.editor).to_have_value(CAREFUL_ENV)
    person.presses("Save v2")
    person.sees_notice("Saved v2. Nothing restarted.")
    person.claims.must_hold("env-staged")


def applies_what_is_staged(person: Person) -> None:
    person.opens_list()
    expect(person.row("checkout")).to_contain_text("v2 staged")
    person.opens_service("checkout")
    person.follows("Apply v2…")
    person.sees("Keys of app.env that change")
    person.claims.must_hold("review-env")
    person.starts(re.compile("^Apply 1.0.0"), why="Say hello in green")
    person.sees_running("image 1.0.0 env v2")


def merges_with_what_a_colleague_saved(person: Person, colleague: Person) -> None:
    person.opens_tab("checkout", "env")
    colleague.opens_tab("checkout", "env")
    colleague.types_env(CAREFUL_ENV.replace("=info", "=debug").replace("=green", "=blue"), "Blue, and talkative")
    colleague.presses("Save v3")
    colleague.sees_notice("Saved v3. Nothing restarted.")

    person.types_env(CAREFUL_ENV.replace("=green", "=red") + "BASKET_MAX=50\n", "Red, and a limit")
    person.presses("Save v3")
    person.sees_notice("saved v3 while you edited v2")
    person.claims.must_hold("merge")

    person.page.get_by_role("radio", name="red").check()
    person.presses("Save the merge as v4")
    person.sees_notice("Saved v4. Nothing restarted.")
    expect(person.editor).to_have_value("LOG_LEVEL=debug\nGREETING=Check out\nCOLOR=red\nBASKET_MAX=50\n")
    person.claims.must_hold("env-merged")


def rolls_back(person: Person) -> None:
    person.opens_tab("checkout", "releases")
    person.claims.must_hold("releases")
    person.follows("Roll back to 1.0.0 + env v1…")
    person.sees_heading("Review before it starts")
    person.starts(re.compile("^Roll back to 1.0.0"), why="It was better before")
    person.sees_running("image 1.0.0 env v1")
    person.claims.must_hold("rolled-back-by-hand")

    person.opens_list()
    expect(person.row("checkout")).to_contain_text(re.compile(r"1\.0\.0\s*v1"))
    person.claims.must_hold("list")
