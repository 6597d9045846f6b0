import os
import subprocess
import sys
from pathlib import Path

import pytest

from service_catalog import Catalog, CatalogError, NoSuchEnvironment, NoSuchService, Slot
from service_catalog.files.cache import FileCache
from service_catalog.files.entries import ServiceFile
from tests.service_catalog.conftest import entry


def said(problems) -> list[str]:
    return list(map(str, problems))


def test_services_are_listed_by_environment(catalog, write):
    write("orders", entry("orders"))
    write("web", entry("web").replace("dev: {}, ", ""))

    assert catalog.service_names("dev") == ["orders"]
    assert [service.name for service in catalog.services("prod")] == ["orders", "web"]
    assert [environment.name for environment in catalog.environments()] == ["dev", "prod"]


def test_one_service_is_read_without_the_others(catalog, write):
    write("orders", entry("orders"))
    write("broken", "name: [")

    assert catalog.service("orders", "dev").port == 8080


def test_a_file_that_nobody_can_read_is_still_listed(catalog, write):
    write("broken", "name: [")

    assert catalog.service_names("dev") == ["broken"]
    with pytest.raises(CatalogError, match=r"^services/broken.yaml:2: is not YAML"):
        catalog.services("dev")


def test_what_is_not_there_is_told_with_what_is_near(catalog, write):
    write("orders", entry("orders").replace("prod: {} ", ""))

    with pytest.raises(NoSuchService, match=r"there is no service 'order'; did you mean 'orders'\?$"):
        catalog.service("order", "dev")
    with pytest.raises(NoSuchService, match=r"there is no service 'orders' in prod$"):
        catalog.service("orders", "prod")
    with pytest.raises(NoSuchEnvironment, match=r"there is no environment 'prd'; did you mean 'prod'\?$"):
        catalog.service("orders", "prd")
    with pytest.raises(NoSuchEnvironment, match=r"there is no environment 'staging'; there are dev, prod$"):
        catalog.service("orders", "staging")


def test_services_that_there_are_are_listed_when_none_is_near(catalog, write):
    write("a0", entry("a0"))
    with pytest.raises(NoSuchService, match=r"there is no service 'nope'; there is a0$"):
        catalog.service("nope", "dev")

    for number in range(1, 12):
        write(f"a{number}", entry(f"a{number}"))
    with pytest.raises(NoSuchService, match=r"; there are a0, a1, a10, a11, a2, a3, a4, a5, a6, a7 and 2 more$"):
        catalog.service("nope", "dev")


@pytest.mark.parametrize("name", ["../environments/dev", "..", "", "a/b", "A", "a\n", "con\x00"])
def test_no_name_leads_out_of_the_catalog(catalog, name):
    with pytest.raises(NoSuchService):
        catalog.service(name, "dev")
    with pytest.raises(NoSuchEnvironment):
        catalog.environment(name)
    with pytest.raises(NoSuchService):
        catalog.entry_text(name)
    with pytest.raises(CatalogError, match=r"name: (must|is missing)"):
        catalog.add(name, entry("x"))


def test_a_change_of_the_file_is_seen(catalog, write):
    write("orders", entry("orders"))
    assert catalog.service("orders", "dev").port == 8080

    write("orders", entry("orders").replace("8080", "9090"))
    assert catalog.service("orders", "dev").port == 9090

    os.remove(catalog.directory / "services" / "orders.yaml")
    assert catalog.service_names("dev") == []


def test_an_entry_is_read_once_while_its_file_stays(catalog, write):
    write("orders", entry("orders"))
    assert catalog.service("orders", "dev") is catalog.service("orders", "prod")


def test_everything_wrong_is_told_at_once(catalog, write):
    (catalog.directory / "environments" / "dev.yaml").write_text("name: prod\n")
    (catalog.directory / "services" / "web.yml").write_text("")
    write("orders", entry("orders").replace("8080", "x").replace("dev: {}", "test: {}"))
    write("a", entry("a", "/a"))
    write("b", entry("b", "/a").replace("dev: {}, ", ""))

    assert said(catalog.problems()) == [
        "environments/dev.yaml:1: account_id: is missing; "
        "a run against any other account fails before anything is touched",
        "environments/dev.yaml:1: region: is missing; AWS region",
        "environments/dev.yaml:1: name: must be 'dev', as the file is called, got 'prod'; rename one of them",
        "services/web.yml: is not the name of an entry; it ends in .yaml: call it web.yaml",
        "services/orders.yaml:4: port: must be a whole number, got 'x'",
        "services/orders.yaml:6: environments.test: there is no environment 'test'; there are dev, prod",
        "services/b.yaml:5: exposure.paths[0]: /a belongs to a in prod; remove it or choose another path",
    ]


def test_more_rules_than_a_load_balancer_takes_are_told(catalog, write):
    for number in range(101):
        write(f"s{number}", entry(f"s{number}").replace("dev: {}, ", ""))

    assert said(catalog.problems()) == [
        "lock.yaml: prod.public: holds 101 rules; a load balancer takes 100; move services to another environment"
    ]


def test_a_shadowed_path_is_told_when_no_order_could_help(catalog, write):
    write("a", entry("a", "/x/*, /y/z/*"))
    write("b", entry("b", "/y/*, /x/z/*"))

    [problem] = catalog.problems()
    assert str(problem) == (
        "services/b.yaml:5: exposure.paths[1]: /x/z/* never gets here in dev, prod: a takes /x/* first; "
        "remove it or choose another path"
    )


def test_the_slot_comes_from_the_lock(catalog, write):
    write("orders", entry("orders", "/orders/*"))
    write("mail", entry("mail").replace("exposure", "#exposure"))
    catalog.update_lock()

    assert catalog.slot("orders", "dev") == Slot("public", 46_004)
    assert catalog.slot("mail", "dev") is None


def test_a_service_without_slot_cannot_be_routed(catalog, write):
    write("orders", entry("orders"))
    with pytest.raises(CatalogError, match="dev: orders has no slot; run `slipway catalog lock`"):
        catalog.slot("orders", "dev")


TOO_MANY = "services/orders.yaml:{}: tasks.max: is more than {} has addresses for: its subnets hold 54 tasks, got 500"


def test_what_an_environment_cannot_give_is_a_problem_of_the_service_there(catalog, write):
    dev = catalog.directory / "environments" / "dev.yaml"
    dev.write_text(dev.read_text() + "network: { cidr: 10.20.0.0/24 }\n")
    write("orders", entry("orders") + "tasks: { max: 500 }\nscaling: { cpu_percent: 60 }\nnonsense: 1\n")

    told = [str(problem) for problem in catalog.problems() if problem.file == "services/orders.yaml"]
    assert [line.partition(";")[0] for line in told][1:] == [TOO_MANY.format(7, "dev")]
    assert told[1].endswith("environments/dev.yaml says network.cidr: 10.20.0.0/24")

    write("orders", entry("orders") + "tasks: { max: 500 }\nscaling: { cpu_percent: 60 }\n")
    assert catalog.service("orders", "prod").tasks.max == 500
    with pytest.raises(CatalogError, match="is more than dev has addresses for"):
        catalog.service("orders", "dev")
    with pytest.raises(CatalogError, match="is more than dev has addresses for"):
        catalog.services("dev")
    dev.write_text(dev.read_text().replace("/24", "/16"))
    assert catalog.service("orders", "dev").tasks.max == 500


class ThroughAnApi(ServiceFile):
    """As an entry reads whose requests come another way than through a load balancer's rule."""

    def service(self, environment):
        return super().service(environment).model_copy(update={"exposure": self._exposure(environment)})

    def _exposure(self, environment):
        return super()._exposure(environment).model_copy(update={"via": "api-gateway"})


class CatalogOfApis(Catalog):
    def __init__(self, directory):
        super().__init__(directory)
        self._service_files = FileCache(ThroughAnApi)


def test_what_no_load_balancer_leads_to_takes_no_slot(catalog, write):
    write("orders", entry("orders", "/orders"))
    write("basket", entry("basket", "/orders"))
    apis = CatalogOfApis(catalog.directory)

    assert "services/orders.yaml:5: exposure.paths[0]: /orders belongs to basket" in "".join(
        map(str, catalog.problems())
    )
    assert apis.problems() == []
    assert apis.update_lock() is True
    assert apis.slot("orders", "dev") is None
    assert "orders" not in (catalog.directory / "lock.yaml").read_text()


def test_the_lock_is_current_after_its_update(catalog, write):
    write("orders", entry("orders"))
    assert catalog.update_lock() is True

    write("basket", entry("basket"))
    assert len(catalog.lock_problems()) == 2

    assert catalog.update_lock() is True
    assert catalog.lock_problems() == []
    assert catalog.update_lock() is False


def test_a_missing_lock_is_told_once(catalog, write):
    write("orders", entry("orders"))
    assert said(catalog.problems()) == ["lock.yaml: is missing; run `slipway catalog lock` and commit the file"]


def test_a_slot_held_for_who_left_is_told_until_it_is_marked(catalog, write):
    write("orders", entry("orders", "/orders/*").replace("prod: {} ", ""))
    catalog.update_lock()
    os.remove(catalog.directory / "services" / "orders.yaml")

    [problem] = catalog.lock_problems()
    assert problem.message == "public.46004 is held for orders /orders/*, which left the catalog or moved"

    catalog.update_lock()

    assert catalog.problems() == []
    assert catalog.left_slots() == [("dev", "orders", ["public.46004"])]


def test_a_newcomer_does_not_get_the_slot_of_who_left_until_it_is_free(catalog, write):
    write("orders", entry("orders", "/orders/*").replace(", prod: {}", ""))
    catalog.update_lock()
    os.remove(catalog.directory / "services" / "orders.yaml")

    catalog.add("basket", entry("basket", "/basket/*").replace(", prod: {}", ""))
    assert catalog.slot("basket", "dev") == Slot("public", 46_008)

    catalog.free_slots("dev", ["orders"])
    catalog.add("orders", entry("orders", "/orders/*").replace(", prod: {}", ""))
    assert catalog.slot("orders", "dev") == Slot("public", 46_004)


def unlisted(services: Path) -> None:
    (services / "orders.yaml").rename(services / "orders_api.yaml")


def misnamed(services: Path) -> None:
    (services / "orders.yaml").rename(services / "ordres.yaml")


def unreadable(services: Path) -> None:
    (services / "orders.yaml").write_text("name: [")


def elsewhere(services: Path) -> None:
    (services / "orders.yaml").write_text(entry("orders", "/orders/*").replace("prod", "prd"))


def nowhere(services: Path) -> None:
    (services / "orders.yaml").write_text(entry("orders", "/orders/*").replace("{ dev: {}, prod: {} }", "[dev]"))


def misspelled(services: Path) -> None:
    (services / "orders.yaml").write_text(entry("orders", "/orders/*").replace("exposure", "exposre"))


def moved_environment(services: Path) -> None:
    environments = services.parent / "environments"
    (environments / "prod.yaml").rename(environments / "prod.yml")


DOUBTS = [unlisted, misnamed, unreadable, elsewhere, nowhere, misspelled, moved_environment]


@pytest.mark.parametrize("make", DOUBTS)
def test_a_typo_costs_nobody_a_slot(catalog, write, make):
    write("orders", entry("orders", "/orders/*"))
    catalog.update_lock()
    before = (catalog.directory / "lock.yaml").read_text()
    make(catalog.directory / "services")

    problems = catalog.problems()
    with pytest.raises(CatalogError) as refused:
        catalog.update_lock()

    assert set(refused.value.problems) <= set(problems)
    assert catalog.lock_problems() == refused.value.problems
    assert [problem for problem in problems if problem.file == "lock.yaml"] == []
    assert (catalog.directory / "lock.yaml").read_text() == before


def test_a_misnamed_entry_is_not_said_to_collide_with_itself(catalog, write):
    write("orders", entry("orders", "/orders/*"))
    catalog.update_lock()
    misnamed(catalog.directory / "services")

    assert [problem.path for problem in catalog.problems()] == ["name"]
    with pytest.raises(CatalogError, match="belongs to orders"):
        catalog.add("basket", entry("basket", "/orders/*"))


@pytest.mark.parametrize("make", DOUBTS)
def test_who_registers_meanwhile_takes_nobody_s_slot(catalog, write, make):
    write("orders", entry("orders", "/orders/*"))
    catalog.update_lock()
    make(catalog.directory / "services")

    catalog.add("basket", entry("basket", "/basket/*").replace(", prod: {}", ""))

    held = (catalog.directory / "lock.yaml").read_text().splitlines()
    assert held.count("    46004: orders /orders/*") == 2
    assert "    46008: basket /basket/*" in held


def test_a_lock_is_not_written_over_rules_that_collide(catalog, write):
    write("a", entry("a", "/a"))
    write("b", entry("b", "/a"))
    collision = "services/b.yaml:5: exposure.paths[0]: /a belongs to a in dev, prod; remove it or choose another path"

    with pytest.raises(CatalogError) as refused:
        catalog.update_lock()

    assert said(refused.value.problems) == said(catalog.lock_problems()) == said(catalog.problems()) == [collision]
    assert not (catalog.directory / "lock.yaml").exists()


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
        racer.stdin.write("go\n")
        racer.stdin.flush()
    answers = sorted(racer.communicate(timeout=60)[0].strip() for racer in racers)

    assert answers == ["added", "is taken: there is a service 'same' already"]
    assert catalog.service_names("dev") == sorted(
        [*(f"{sign}{number}" for sign in "ab" for number in range(6)), "same"]
    )
    assert catalog.problems() == []


def test_a_directory_without_environments_is_no_catalog(tmp_path):
    with pytest.raises(CatalogError, match="is no catalog: it has no directory `environments`; name another"):
        Catalog.at(tmp_path)


def test_the_directory_comes_from_the_environment_variable(catalog, monkeypatch):
    monkeypatch.setenv("SLIPWAY_CATALOG", str(catalog.directory))
    assert Catalog.at(None).directory == catalog.directory
