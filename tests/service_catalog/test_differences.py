"""What changed in an entry is told by its fields, in words, with no value of a variable."""

from typing import Any

import pytest

from service_catalog.differences import differences, entry_data
from service_catalog.model import Service
from tests.builders import KEY

ENTRY: dict[str, Any] = {"name": "orders", "owner": "us", "image": {"repository": "orders"}, "port": 8080}


def told(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [str(change) for change in differences(ENTRY | old, ENTRY | new)]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ({}, {"port": 9090}, "port: 8080 → 9090"),
        ({}, {"health": {"codes": "200"}}, "health.codes: 200-399 → 200"),
        ({}, {"health": {"path": "/nope"}}, "health.path: /nope added"),
        ({"compute": {"cpu": 512}}, {}, "compute.cpu: 512 → 256"),
        ({"env_files": ["first", "second"]}, {"env_files": ["first"]}, "env_files: first, second → first"),
        ({}, {"env_files": ["app"]}, "env_files: app added"),
        ({"description": "Sells"}, {}, "description: Sells removed"),
        ({}, {"exec": True}, "exec: false → true"),
        ({}, {"image": {"repository": "team/orders"}}, "image.repository: orders → team/orders"),
        ({}, {"permissions": [{"bucket": "shop", "access": "read"}]}, "permissions: bucket shop access read added"),
    ],
)
def test_a_field_is_told_with_what_it_was_and_what_it_is(old: Any, new: Any, sentence: str) -> None:
    assert told(old, new) == [sentence]


def test_variables_and_secrets_are_told_by_name_only() -> None:
    old = {"environment": {"A": "1", "B": "1"}, "secrets": {"GONE": {"ssm": "/x"}, "MOVED": {"ssm": "/x"}}}
    new = {"environment": {"B": "2", "C": "3"}, "secrets": {"MOVED": {"ssm": "/y"}, "NEW": {"ssm": "/z"}}}

    assert told(old, new) == [
        "variable A is dropped",
        "variable B has another value",
        "variable C is new",
        "secret GONE is dropped",
        "secret MOVED comes from elsewhere",
        "secret NEW is new",
    ]


def test_a_secret_under_another_key_comes_from_where_it_came_from() -> None:
    secret = {"ssm": "/x"}
    assert told({"secrets": {"A": secret}}, {"secrets": {"A": secret | {"key_arn": KEY}}}) == [
        "secret A has another KMS key"
    ]


def test_a_secret_that_is_retired_is_told_as_that() -> None:
    secret = {"ssm": "/x"}
    assert told({"secrets": {"OLD": secret}}, {"secrets": {"OLD": secret | {"retired": True}}}) == [
        "secret OLD is retired"
    ]


def test_a_default_that_is_written_out_is_no_change() -> None:
    assert told({}, {"compute": {"cpu": 256, "memory_mib": 512}, "health": {"codes": "200-399"}, "exec": False}) == []


def test_a_daemon_has_no_number_of_tasks() -> None:
    number, daemon = {"tasks": {"min": 2, "max": 4}}, {"tasks": {"daemon": True}}
    assert told(number, daemon) == ["tasks.daemon: false → true", "tasks.max: 4 removed", "tasks.min: 2 removed"]


def test_a_field_that_the_model_no_longer_knows_is_still_told() -> None:
    assert told({"gone": {"since": 2}}, {}) == ["gone.since: 2 removed"]


def test_an_exposure_that_is_new_is_told_with_its_fields() -> None:
    assert "exposure.audience: public added" in told({}, {"exposure": {"audience": "public"}})


def test_the_entry_as_data_leaves_out_what_is_the_default() -> None:
    service = Service.model_validate(ENTRY | {"compute": {"cpu": 512, "memory_mib": 1024}})

    assert entry_data(service) == ENTRY | {"compute": {"cpu": 512, "memory_mib": 1024}}
    assert differences(entry_data(service), entry_data(service)) == []
