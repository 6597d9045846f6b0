import pytest

from service_catalog.validation.programs import PROGRAM_RULES
from service_catalog.yaml_text.locations import spelled
from tests.builders import a_service


def said(**changes: object) -> list[str]:
    return [f"{spelled(fault.path)}: {fault.message}" for rule in PROGRAM_RULES for fault in rule(a_service(**changes))]


@pytest.mark.parametrize(
    "changes",
    [
        {"command": ["bin/server", "--port", ""], "entry_point": ["/bin/tini", "--"]},
        {"before_release": {"command": ["bin/migrate"], "timeout_minutes": 30}},
        {"health": {"codes": "200"}},
        {"health": {"codes": "200-299,404,301-302"}},
        {"links": [{"runbook": "https://example.com/a?b#c"}, {"dashboard": "https://grafana.example.com:3000"}]},
    ],
)
def test_a_sensible_program_is_no_problem(changes):
    assert said(**changes) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"command": [" ", "x"]}, "command[0]: must name the program to run, got nothing"),
        ({"entry_point": [""]}, "entry_point[0]: must name the program to run, got nothing"),
        ({"before_release": {"command": [""]}}, "before_release.command[0]: must name the program to run, got nothing"),
        (
            {"before_release": {"command": ["sh", "-c", "x" * 7_700]}},
            "before_release.command: is too long: 7716 characters as JSON, ECS takes 7680 when it starts a task",
        ),
        ({"health": {"codes": "200,299-200"}}, "health.codes: must name ranges from low to high, got '299-200'"),
        ({"links": [{"a": "https://a.com"}, {"a": "https://b.com"}]}, "links[1]: 'a' is listed twice"),
    ],
)
def test_a_program_that_cannot_be_started_is_told(changes, fault):
    assert said(**changes) == [fault]
