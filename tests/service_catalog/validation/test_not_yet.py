"""What the model describes and nothing provisions is refused; a case goes when its field or kind comes."""

import pytest

from service_catalog.validation.not_yet import NOT_YET_FIELDS, NOT_YET_KINDS, not_yet_rules
from service_catalog.yaml_text.locations import spelled
from tests.builders import a_service


@pytest.mark.parametrize("kind", sorted(NOT_YET_KINDS))
def test_a_kind_that_nothing_provisions_is_refused(kind):
    assert [str(fault.message) for fault in not_yet_rules(a_service(kind=kind))] == [
        f"{kind} is not provisioned by this version of Slipway yet"
    ]


@pytest.mark.parametrize("path", NOT_YET_FIELDS)
def test_a_field_that_nothing_provisions_is_refused(path):
    value = {"before_release": {"command": ["x"]}}.get(path[-1], ["x"])
    changes = {path[0]: {path[1]: value} if len(path) == 2 else value}
    assert [spelled(fault.path) for fault in not_yet_rules(a_service(**changes))] == [spelled(path)]


def test_an_entry_without_such_fields_is_not_refused():
    assert list(not_yet_rules(a_service())) == []
