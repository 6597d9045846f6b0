import pytest

from tests.service_catalog.conftest import entry, said

INSTANCES = "capacity: { ec2: { instance_types: [m7i.large], max: 2 }, managed_instances: {} }\n"


@pytest.fixture
def declares(catalog):
    text = 'name: dev\naccount_id: "123456789012"\nregion: ap-northeast-1\n' + INSTANCES
    (catalog.directory / "environments" / "dev.yaml").write_text(text)


def on(name: str, capacity: str) -> str:
    return entry(name) + f"compute: {{ capacity: {capacity} }}\n"


def unused(catalog) -> list[str]:
    return [it for it in said(catalog.warnings()) if it.startswith("environments/")]


def test_capacity_that_no_service_asks_for_is_told(catalog, write, declares):
    write("orders", on("orders", "ec2"))
    assert unused(catalog) == [
        "environments/dev.yaml: capacity.managed_instances: no service asks for it; instances cost as soon as "
        "they run; remove it, or write compute: { capacity: managed-instances } into a service"
    ]
    write("index", on("index", "managed-instances"))
    assert unused(catalog) == []


def test_nothing_is_told_while_it_is_in_doubt_who_asks(catalog, write, declares):
    write("orders", on("orders", "[]"))
    assert unused(catalog) == []


def test_an_environment_that_declares_none_is_let_be(catalog, write):
    write("orders", entry("orders"))
    assert unused(catalog) == []
