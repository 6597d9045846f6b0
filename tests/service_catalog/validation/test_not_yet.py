"""What the model describes and nothing provisions is refused; a case goes when its field or kind comes."""

import pytest

from service_catalog.validation.not_yet import NOT_YET_FIELDS, not_yet_rules
from service_catalog.yaml_text.locations import spelled
from tests.builders import a_job, a_service, a_worker


@pytest.mark.parametrize("path", NOT_YET_FIELDS)
def test_a_field_that_nothing_provisions_is_refused(path):
    value = {"before_release": {"command": ["x"]}}.get(path[-1], ["x"])
    changes = {path[0]: {path[1]: value} if len(path) == 2 else value}
    assert [spelled(fault.path) for fault in not_yet_rules(a_service(**changes))] == [spelled(path)]


@pytest.mark.parametrize("entry", [a_service(tasks={"min": 0}), a_worker(), a_job()], ids=lambda it: it.kind)
def test_an_entry_without_such_fields_is_not_refused(entry):
    assert list(not_yet_rules(entry)) == []
