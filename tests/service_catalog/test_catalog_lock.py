"""The lock over a whole catalog: who gets which slot, who keeps it; while who is there is in doubt, none is written."""

import os
from pathlib import Path

import pytest

from service_catalog import Catalog, CatalogError, Slot
from tests.service_catalog.conftest import entry, said


def test_the_slot_comes_from_the_lock(catalog, write):
    write("orders", entry("orders", "/orders/*"))
    write("mail", entry("mail").replace("exposure", "#exposure"))
    catalog.update_lock()

    assert catalog.slot("orders", "dev") == Slot("public", 46_004)
    assert catalog.slot("mail", "dev") is None


def test_each_rule_of_a_service_has_its_slot_and_a_collision_is_told_in_its_place(catalog, write):
    further = "exposure: { rules: [{ paths: [/orders/late] }, { paths: [/x/*] }], "
    write("orders", entry("orders", "/orders/*").replace("exposure: {", further))
    write("basket", entry("basket", "/x/*"))

    told = "".join(map(str, catalog.problems()))

    assert "exposure.rules[1].paths[0]: /x/* belongs to basket in dev, prod" in told
    write("basket", entry("basket", "/basket/*"))
    catalog.update_lock()
    assert catalog.problems() == []
    assert catalog.slot("orders", "dev") == Slot("public", 46_008, (32_804, 48_004))


def test_a_service_without_slot_cannot_be_routed(catalog, write):
    write("orders", entry("orders"))
    with pytest.raises(CatalogError, match="dev: orders has no slot; run `slipway catalog lock`"):
        catalog.slot("orders", "dev")


def test_routes_of_an_api_and_rules_of_a_load_balancer_take_nothing_from_each_other(catalog, write):
    write("orders", entry("orders", "/orders"))
    write("basket", by_api(entry("basket", "/orders")))
    with_api(catalog)
    catalog.update_lock()

    assert catalog.problems() == []
    slots = catalog.slot("orders", "dev"), catalog.slot("basket", "dev")
    assert slots == (Slot("public", 32_804), Slot("api", 32_804))


def test_two_services_cannot_have_one_route_of_an_api(catalog, write):
    for name in ("orders", "basket"):
        write(name, by_api(entry(name, "/orders")))
    assert "services/orders.yaml:5: exposure.paths[0]: /orders belongs to basket in dev" in "".join(
        said(catalog.problems())
    )


def test_a_port_of_a_network_load_balancer_is_one_services(catalog, write):
    for name, port in (("cache", 6379), ("queue", 6379), ("store", 6380)):
        asked = f"via: nlb, protocol: tcp, listener_port: {port}, audience"
        text = entry(name).replace("{ audience", f"{{ {asked}").replace(f", paths: [/{name}, /{name}/*]", "")
        write(name, text)
    for file in (catalog.directory / "environments").iterdir():
        file.write_text(f"{file.read_text()}nlb: {{ public: {{}} }}\n")

    assert said(catalog.problems()) == [
        f"services/queue.yaml:5: exposure.listener_port: 6379 belongs to cache in {where}; choose another port"
        for where in ("dev", "prod")
    ]


@pytest.mark.parametrize("others", ["", "integration: nlb, "])
def test_a_route_of_an_api_is_one_services_wherever_the_api_leads(catalog, write, others):
    write("orders", by_api(entry("orders", "/orders")).replace("{ via", "{ integration: nlb, via"))
    write("basket", by_api(entry("basket", "/orders")).replace("{ via", f"{{ {others}via").replace("8080", "8081"))
    with_api(catalog)
    for file in (catalog.directory / "environments").iterdir():
        file.write_text(f"{file.read_text()}nlb: {{ internal: {{}} }}\n")

    assert said(catalog.problems()) == [
        f"services/orders.yaml:5: exposure.paths[0]: /orders belongs to basket in {where}; "
        "remove it or choose another path"
        for where in ("dev", "prod")
    ]


def with_api(catalog: Catalog) -> None:
    for file in (catalog.directory / "environments").iterdir():
        file.write_text(f"{file.read_text()}api: {{}}\n")


def by_api(text: str) -> str:
    return text.replace("{ audience", "{ via: api-gateway, audience")


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


def hosted(name: str, host: str) -> str:
    return entry(name).replace("exposure: {", f"exposure: {{ host: {host},").replace(", prod: {}", "")


def says(catalog: Catalog, fields: str) -> None:
    file = catalog.directory / "environments" / "dev.yaml"
    file.write_text(f"{file.read_text()}{fields}\n")


def test_hosts_go_to_a_further_load_balancer_after_as_many_rules_as_the_environment_says(catalog, write):
    says(
        catalog, "load_balancers: { further_after: 1 }\ndomain: { name: dev.example.com, certificate_arn: CERTIFICATE }"
    )
    arn = "arn:aws:acm:ap-northeast-1:123456789012:certificate/1"
    file = catalog.directory / "environments" / "dev.yaml"
    file.write_text(file.read_text().replace("CERTIFICATE", f'"{arn}"'))
    for name, host in (("a", "a.example.com"), ("b", "b.example.com"), ("c", "dev.example.com")):
        write(name, hosted(name, host))
    catalog.update_lock()

    assert [catalog.slot(name, "dev").listener for name in "abc"] == ["public-2", "public-3", "public"]
    assert catalog.further_load_balancers("dev") == ("public-2", "public-3")
    assert (catalog.problems(), catalog.further_load_balancers("prod")) == ([], ())


def test_a_service_that_shifts_requests_takes_two_target_groups_of_what_there_is(catalog, write):
    says(catalog, "load_balancers: { further_after: 2 }")
    write("a", f"{hosted('a', 'a.example.com')}deployment: {{ strategy: canary }}\n")
    write("b", hosted("b", "b.example.com"))
    catalog.update_lock()
    assert catalog.further_load_balancers("dev") == ("public-2",)


def test_a_host_that_would_lead_to_two_load_balancers_is_refused(catalog, write):
    says(catalog, "load_balancers: { further_after: 1 }")
    write("a", hosted("a", "a.example.com"))
    write("b", hosted("b", "b.example.com"))
    catalog.update_lock()
    newcomer = hosted("c", "b.example.com").replace("exposure: {", "exposure: { rules: [{ paths: [/c/any] }],")

    [problem] = catalog.read_text(newcomer, "c")
    assert str(problem) == (
        "services/c.yaml:5: exposure.host: DNS leads a host to one load balancer: in dev this rule is on public, and "
        "b.example.com of b on public-2; choose another host; who has a rule without one stands on the first load "
        "balancer"
    )


def test_a_further_load_balancer_that_nobody_needs_is_a_warning_until_its_line_is_gone(catalog, write):
    says(catalog, "load_balancers: { further_after: 1 }")
    write("a", hosted("a", "a.example.com"))
    file = catalog.directory / "lock.yaml"
    file.write_text("dev: { public: { 4: a a.example.com /a /a/* }, public-2: {} }\n")

    def told() -> list[str]:
        return [it for it in said(catalog.warnings()) if it.startswith("lock.yaml")]

    [warning] = told()
    assert warning.startswith("lock.yaml: dev.public-2: no rule stands there, and it costs")
    assert catalog.further_load_balancers("dev") == ("public-2",)
    file.write_text(file.read_text().replace(", public-2: {}", ""))
    assert told() == []


def test_hundred_and_one_of_one_host_are_refused_as_are_so_many_after_a_merge(catalog, write):
    lines = "".join(f"    {4 * number}: s{number} h{number % 2}.example.com /s{number}\n" for number in range(1, 102))
    (catalog.directory / "lock.yaml").write_text(f"dev:\n  public:\n{lines}")
    for number in range(1, 102):
        write(f"s{number}", hosted(f"s{number}", f"h{number % 2}.example.com").replace(f", /s{number}/*", ""))

    crowded = "lock.yaml: dev.public: holds 101 rules; a load balancer takes 100; "
    told = [it for it in said(catalog.problems()) if it.startswith(crowded)]
    assert told == [
        f"{crowded}take the lines of services out of it whose rules all name a host: `slipway catalog lock` puts them "
        "on another load balancer"
    ]
