"""A new entry: judged against all others before it is written, and there with its slot afterwards."""

import os
import subprocess
import sys

import pytest

from service_catalog import CatalogError
from service_catalog.problems import EntryChanged
from tests.service_catalog.conftest import entry, said


def test_a_new_entry_is_judged_against_all_others(catalog, write):
    write("orders", entry("orders"))
    text = entry("basket", "/orders/*").replace("8080", "80a").replace("dev: {}", "test: {}")

    assert said(catalog.read_text(text, "basket")) == [
        "services/basket.yaml:4: port: must be a whole number, got '80a'",
        "services/basket.yaml:6: environments.test: there is no environment 'test'; there are dev, prod",
        "services/basket.yaml:5: exposure.paths[0]: /orders/* belongs to orders in prod; "
        "remove it or choose another path",
    ]
    assert catalog.read_text(entry("basket"), "basket") == []


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/orders", "/orders belongs to orders in dev, prod"),
        ("/orders/a*", "/orders/a* would take /orders/api away from orders in dev, prod"),
    ],
)
def test_a_newcomer_is_told_what_it_would_take_away_from_others(catalog, write, path, message):
    write("orders", entry("orders", "/orders, /orders/api, /*"))

    found = said(catalog.read_text(entry("basket", path), "basket"))

    assert found == [f"services/basket.yaml:5: exposure.paths[0]: {message}; remove it or choose another path"]


def test_what_is_added_is_there_with_its_slot(catalog):
    catalog.add("orders", entry("orders"))

    assert catalog.service("orders", "dev").name == "orders"
    assert catalog.problems() == []
    assert catalog.entry_text("orders") == entry("orders")
    assert sorted(os.listdir(catalog.directory / "services")) == ["orders.yaml"]


def test_what_replaces_an_entry_keeps_its_slot_and_takes_those_it_needs(catalog):
    catalog.add("orders", entry("orders"))

    catalog.replace("orders", entry("orders", "/orders, /prices"), entry("orders"))

    assert catalog.entry_text("orders") == entry("orders", "/orders, /prices")
    assert catalog.problems() == []


def test_an_entry_keeps_the_line_ends_that_it_has(catalog):
    catalog.add("orders", entry("orders").replace("\n", "\r\n"))

    catalog.replace("orders", entry("orders", "/prices"), entry("orders"))

    kept = (catalog.directory / "services" / "orders.yaml").read_bytes().decode()
    assert kept == entry("orders", "/prices").replace("\n", "\r\n")
    assert catalog.problems() == []


def test_a_text_that_somebody_else_changed_meanwhile_is_not_replaced(catalog):
    catalog.add("orders", entry("orders"))
    catalog.replace("orders", entry("orders", "/theirs"), entry("orders"))

    with pytest.raises(EntryChanged) as refused:
        catalog.replace("orders", entry("orders", "/mine"), entry("orders"))

    assert refused.value.text == entry("orders", "/theirs")
    assert catalog.entry_text("orders") == entry("orders", "/theirs")


def test_what_is_removed_leaves_its_slot_until_its_rules_are_gone(catalog):
    catalog.add("orders", entry("orders"))

    catalog.remove("orders", entry("orders"))

    assert catalog.service_names("dev") == []
    assert [(environment, service) for environment, service, _slots in catalog.left_slots()] == [
        ("dev", "orders"),
        ("prod", "orders"),
    ]
    assert catalog.problems() == []


def test_what_others_call_is_not_removed_under_them(catalog):
    called = entry("orders") + "discovery: service-connect\n"
    catalog.add("orders", called)
    catalog.add("basket", entry("basket") + "connects_to: [orders]\n")

    with pytest.raises(CatalogError, match="there is no service 'orders'"):
        catalog.remove("orders", called)

    assert "orders" in catalog.service_names("dev")


def test_what_is_wrong_is_not_added(catalog):
    with pytest.raises(CatalogError, match="port: must be at least 1, got 0"):
        catalog.add("orders", entry("orders").replace("8080", "0"))

    assert os.listdir(catalog.directory / "services") == []
    assert not (catalog.directory / "lock.yaml").exists()


def test_a_name_that_is_taken_is_told(catalog):
    catalog.add("orders", entry("orders"))
    with pytest.raises(CatalogError, match="there is a service 'orders' already; choose another name"):
        catalog.add("orders", entry("orders"))


@pytest.mark.parametrize(
    ("stem", "name", "said"),
    [
        ("basket", "orders", "services/basket.yaml:2: name: must be 'basket', as the file is called, got 'orders'"),
        (
            "Check Out",
            "Check Out",
            "services/new.yaml:2: name: must be lower-case letters, digits and hyphens, beginning with a letter, "
            "got 'Check Out'",
        ),
        ("orders", "orders", "services/orders.yaml:2: name: is taken: there is a service 'orders' already"),
    ],
)
def test_a_problem_with_the_name_is_told_with_its_line_and_its_hint_once(catalog, write, stem, name, said):
    write("orders", entry("orders", "/a"))
    [problem] = catalog.read_text(f"# mine\n{entry(name, '/b')}", stem)

    assert str(problem) == f"{said}; {problem.hint}"
    assert problem.hint not in problem.message


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "is missing"),
        ("1svc", "must begin with a letter, got '1svc'"),
        ("-abc", "must begin with a letter, got '-abc'; write abc"),
        ("abc-", "must end in a letter or a digit, got 'abc-'; write abc"),
        ("s" * 33, "must be at most 32 characters long, got 33"),
        (
            "ｓｖｃ",
            "must be lower-case letters, digits and hyphens, beginning with a letter, got 'ｓｖｃ'; write svc",
        ),
        *(
            (given, f"must be lower-case letters, digits and hyphens, beginning with a letter, got '{given}'; {hint}")
            for given, hint in [
                ("Héllo World", "write hello-world"),
                ("He\u0301llo", "write hello"),
                ("Straße", "write strasse"),
                ("ＡＰＩ①", "write api1"),
                ("受注", "choose one in the letters a to z, such as orders-api"),
                ("受注 web", "choose one in the letters a to z, such as orders-api"),
                ("søk", "choose one in the letters a to z, such as orders-api"),
            ]
        ),
    ],
)
def test_a_name_that_is_none_is_told_the_rule_it_breaks_and_a_better_one(catalog, name, said):
    [problem] = catalog.read_text(entry("x"), name)
    assert str(problem) == f"services/new.yaml:1: name: {said}"


@pytest.mark.parametrize("stem", ["orders", "Check Out"])
def test_a_text_that_nobody_can_read_has_no_line_for_its_name(catalog, write, stem):
    write("orders", entry("orders"))
    assert [it.line for it in catalog.read_text("name: [", stem) if it.path == "name"] == [None]


ADD = """
import sys
from service_catalog import Catalog, CatalogError
from tests.service_catalog.conftest import entry
catalog, sign = Catalog.at(sys.argv[1]), sys.argv[2]
sys.stdin.readline()
for number in range(6):
    catalog.add(f"{sign}{number}", entry(f"{sign}{number}"))
try:
    catalog.add("same", entry("same", f"/{sign}"))
    print("added")
except CatalogError as error:
    print(error.problems[0].message)
"""


def test_two_processes_that_register_at_once_both_land(catalog):
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", ADD, str(catalog.directory), sign],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for sign in "ab"
    ]
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("go\n")
        racer.stdin.flush()
    answers = sorted(racer.communicate(timeout=60)[0].strip() for racer in racers)

    assert answers == ["added", "is taken: there is a service 'same' already"]
    assert catalog.service_names("dev") == sorted(
        [*(f"{sign}{number}" for sign in "ab" for number in range(6)), "same"]
    )
    assert catalog.problems() == []
