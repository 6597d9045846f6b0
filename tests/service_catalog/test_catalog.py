import os

import pytest

from service_catalog import Catalog, CatalogError, NoSuchEnvironment, NoSuchService
from tests.service_catalog.conftest import entry, said


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
        "lock.yaml: prod.public: holds 101 rules; a load balancer takes 100; rules without a host all stand on one "
        "load balancer, and so do those of one host: give services hosts of their own, or move some to another "
        "environment"
    ]


def test_who_shifts_requests_takes_two_of_the_target_groups_of_a_load_balancer(catalog, write):
    for number in range(51):
        write(f"s{number}", entry(f"s{number}").replace("dev: {}, ", "") + "deployment: { strategy: blue-green }\n")

    told = "lock.yaml: prod.public: leads to 102 target groups; a load balancer takes 100; "
    assert said(catalog.problems()) == [
        f"{told}let fewer services shift requests; rules without a host all stand on one load balancer, and so do "
        "those of one host: give services hosts of their own, or move some to another environment",
    ]

    for name in ("s49", "s50"):
        write(name, entry(name).replace("dev: {}, ", ""))
    catalog.update_lock()
    assert catalog.problems() == []


def test_rules_for_testers_are_rules_of_the_load_balancer_too(catalog, write):
    for number in range(33):
        hosts = f"rules: [{{ host: a{number}.example.com }}, {{ host: b{number}.example.com }}]"
        text = entry(f"s{number}").replace("dev: {}, ", "")
        write(f"s{number}", text.replace("exposure: { ", f"exposure: {{ {hosts}, "))
    tested = "deployment: { strategy: canary, test_listener: true }\n"
    write("tested", entry("tested").replace("dev: {}, ", "") + tested)

    assert any("prod.public: holds 101 rules" in it for it in said(catalog.problems()))


def test_a_shadowed_path_is_told_when_no_order_could_help(catalog, write):
    write("a", entry("a", "/x/*, /y/z/*"))
    write("b", entry("b", "/y/*, /x/z/*"))

    [problem] = catalog.problems()
    assert str(problem) == (
        "services/b.yaml:5: exposure.paths[1]: /x/z/* never gets here in dev, prod: a takes /x/* first; "
        "remove it or choose another path"
    )


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


def test_a_directory_without_environments_is_no_catalog(tmp_path):
    with pytest.raises(CatalogError, match="is no catalog: it has no directory `environments`; name another"):
        Catalog.at(tmp_path)


def test_the_directory_comes_from_the_environment_variable(catalog, monkeypatch):
    monkeypatch.setenv("SLIPWAY_CATALOG", str(catalog.directory))
    assert Catalog.at(None).directory == catalog.directory
