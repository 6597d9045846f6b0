"""Between entries: a connection leads to a service that is there, is found, and is found by whoever asks."""

import pytest

from service_catalog import CatalogError
from service_catalog.connections import Called, address
from tests.builders import a_service, an_environment
from tests.service_catalog.conftest import entry, said

PAYMENTS = entry("payments") + "discovery: service-connect\n"
CALLER = entry("orders") + "connects_to: [payments]\n"
NIGHTLY = """\
name: nightly
owner: team-commerce
kind: job
image: { repository: nightly }
schedule: { rate: 1 day }
connects_to: [payments]
environments: { dev: {} }
"""


@pytest.fixture
def problems(catalog, write):
    """Of a catalog with these entries, all but those of its lock."""

    def of(**entries: str) -> list[str]:
        for name, text in entries.items():
            write(name, text)
        return said(problem for problem in catalog.problems() if problem.file != "lock.yaml")

    return of


def test_a_declared_connection_to_a_service_that_is_found_is_sound(problems):
    assert problems(orders=CALLER, payments=PAYMENTS) == []


def test_two_services_may_connect_to_each_other(problems):
    both = CALLER + "discovery: cloud-map\n"
    assert problems(orders=both, payments=PAYMENTS + "connects_to: [orders]\n") == []


def test_a_service_that_there_is_none_of_is_told_with_the_nearest_name(problems):
    assert problems(orders=CALLER.replace("[payments]", "[payment]"), payments=PAYMENTS) == [
        "services/orders.yaml:7: connects_to[0]: there is no service 'payment' in dev, prod; did you mean 'payments'?"
    ]


def test_a_service_that_left_one_of_the_environments_is_told_for_that_one(problems):
    assert problems(orders=CALLER, payments=PAYMENTS.replace(", prod: {}", "")) == [
        "services/orders.yaml:7: connects_to[0]: payments does not exist in prod; write it below `environments` in "
        "services/payments.yaml, or remove it here"
    ]


def test_a_service_that_nobody_finds_is_told(problems):
    assert problems(orders=CALLER, payments=entry("payments")) == [
        "services/orders.yaml:7: connects_to[0]: nobody finds payments in dev, prod; write `discovery: "
        "service-connect` or `discovery: cloud-map` into services/payments.yaml"
    ]


def test_runs_find_others_by_dns_alone(problems):
    assert problems(nightly=NIGHTLY, payments=PAYMENTS.replace("service-connect", "cloud-map")) == []
    assert problems(payments=PAYMENTS) == [
        "services/nightly.yaml:6: connects_to[0]: runs of a job do not find payments in dev; write `discovery: "
        "cloud-map` into services/payments.yaml: Service Connect serves tasks of ECS services only"
    ]


def test_an_override_counts_where_it_stands(problems):
    overridden = entry("orders").replace("prod: {}", "prod: { connects_to: [payments] }")
    assert problems(orders=overridden, payments=entry("payments")) == [
        "services/orders.yaml:6: environments.prod.connects_to[0]: nobody finds payments in prod; write `discovery: "
        "service-connect` or `discovery: cloud-map` into services/payments.yaml"
    ]


def test_a_called_service_with_a_mistake_of_its_own_is_not_told_twice(problems):
    assert problems(orders=CALLER, payments=PAYMENTS.replace("port: 8080", "port: '8080'")) == [
        "services/payments.yaml:4: port: must be a whole number, got the text '8080'; write 8080"
    ]


def test_a_new_entry_is_held_to_the_others(catalog, write):
    write("payments", entry("payments"))
    assert [problem.path for problem in catalog.read_text(CALLER, "orders")] == ["connects_to[0]"]


def test_a_callers_stack_knows_where_the_called_one_listens(catalog, write):
    write("payments", PAYMENTS.replace("8080", "9000"))
    write("orders", CALLER)
    write("billing", "no entry at all")

    assert catalog.called("orders", "dev") == (Called("payments", "service-connect", 9000),)
    assert catalog.called("payments", "dev") == ()
    assert (catalog.callers("payments", "dev"), catalog.callers("orders", "dev")) == (["orders"], [])


def test_a_callers_stack_is_not_built_while_a_connection_leads_nowhere(catalog, write):
    write("orders", CALLER)
    with pytest.raises(CatalogError, match="there is no service 'payments' in dev"):
        catalog.called("orders", "dev")


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ({"discovery": "service-connect"}, "orders-api:8080"),
        ({"discovery": "service-connect", "service_connect": {"port": 80}}, "orders-api:80"),
        ({"discovery": "cloud-map"}, "orders-api.slipway.internal:8080"),
        ({}, None),
    ],
)
def test_the_name_of_a_service_is_the_same_in_every_environment(says, expected):
    service = a_service(**says)
    assert {address(service, an_environment(name=name)) for name in ("dev", "prod")} == {expected}


EXISTING = """
network:
  existing:
    vpc_id: vpc-1
    public_subnet_ids: [subnet-1, subnet-2]
    private_subnet_ids: [subnet-3, subnet-4]
"""


def test_environments_of_one_vpc_need_a_namespace_each(catalog):
    for name in ("dev", "prod"):
        path = catalog.directory / "environments" / f"{name}.yaml"
        path.write_text(path.read_text() + EXISTING)
    assert said(catalog.problems()) == [
        "environments/prod.yaml: namespace: is that of dev too, in the same VPC; write another one, such as "
        "prod.slipway.internal"
    ]

    path.write_text(path.read_text() + "namespace: prod.slipway.internal\n")
    assert said(catalog.problems()) == []


def test_another_name_is_nobody_elses(problems):
    def named(name: str, alias: str) -> str:
        return entry(name) + f"discovery: service-connect\nservice_connect: {{ alias: {alias} }}\n"

    assert problems(orders=named("orders", "shop"), payments=named("payments", "shop"), web=entry("web")) == [
        f"services/payments.yaml:8: service_connect.alias: shop is a name of orders in {where}; choose another name"
        for where in ("dev", "prod")
    ]
    assert problems(orders=named("orders", "web"), payments=PAYMENTS)[0] == (
        "services/orders.yaml:8: service_connect.alias: web is a name of web in dev; choose another name"
    )
    assert problems(orders=named("orders", "orders")) == []


def test_others_ask_by_the_other_name():
    service = a_service(discovery="service-connect", service_connect={"alias": "shop", "port": 80})
    assert address(service, an_environment()) == "shop:80"
