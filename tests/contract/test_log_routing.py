"""What ``infra`` writes for a log router is what the router of the local cloud reads, and does what the entry says.

The same lines were sent through Fluent Bit 5.0.9, with the same outcome.
"""

import json
from typing import Any

from infra.components.log_routing import IMAGE
from infra.documents import fluent_bit
from local_cloud.log_router.pipeline import Pipeline, Target, ToBucket, ToLogGroup, ToStream
from local_cloud.samples.table import TABLE
from tests.builders import a_service, an_environment

TAG = "app-firelens-0123456789abcdef"
FIRELENS = {"container_id": "c0ffee", "container_name": "/app", "source": "stdout"}
ROUTES = [
    {"name": "health", "when": {"path": "^/healthz"}, "drop": True},
    {"name": "own-errors", "when": {"level": "ERROR|FATAL", "logger": r"^orders\."}},
    {"name": "errors", "when": {"level": "(?i)^error$"}},
    {"name": "server", "when": {"http.status": "^5"}},
    {"name": "flagged", "when": {"ok": "^false$"}},
    {"name": "dotted", "when": {r"log\.level": "^WARN"}},
    {"name": "odd", "when": {'it\'s "odd"': r'^a "b" \$5'}},
]


def where(*lines: str, **logs: Any) -> list[tuple[str, str]]:
    """The log group below the service's own that each line ends in, and the line."""
    of = a_service(logs={"routes": ROUTES} | logs).logs
    files = {
        "parsers": fluent_bit.parsers_file(of),
        "routes": fluent_bit.routes_file(of, an_environment(), "orders-api"),
    }
    pipeline = Pipeline(files, {"ECS_TASK_ID": "0123"})
    found = [it for line in lines for it in pipeline.take(TAG, {"log": line, **FIRELENS}, 0, 0)]
    found += pipeline.due(0, 10)
    return [(_below_own_group(it.target), it.record["log"]) for it in found]


def _below_own_group(target: Target) -> str:
    if not isinstance(target, ToLogGroup):
        return str(target)
    assert target.stream == "ecs/app/0123"
    return target.group.removeprefix("/slipway/dev/orders-api")


def place(line: Any) -> str | None:
    text = line if isinstance(line, str) else json.dumps(line)
    found = where(text)
    assert [it for _, it in found] in ([text], [])
    return found[0][0] if found else None


def test_the_first_route_whose_conditions_all_match_takes_the_line():
    assert place({"level": "ERROR", "logger": "orders.api"}) == "/own-errors"
    assert place({"level": "ERROR", "logger": "payments"}) == "/errors"
    assert place({"level": "FATAL", "logger": "payments"}) == ""
    assert place({"path": "/healthz", "level": "ERROR"}) is None


def test_numbers_and_truth_values_are_compared_as_text():
    assert place({"http": {"status": 503}}) == place({"http": {"status": "503"}}) == "/server"
    assert place({"ok": False}) == place({"ok": "false"}) == "/flagged"
    assert place({"ok": None}) == place({"ok": 0}) == place({"ok": [False]}) == ""


def test_a_field_within_another_is_found_there_alone():
    assert place({"http.status": 503}) == place({"http": "503"}) == place({"http": [{"status": 503}]}) == ""
    assert place({"log.level": "WARN"}) == "/dotted"
    assert place({"log": {"level": "WARN"}}) == ""


def test_fields_of_odd_names_and_of_the_routers_own_are_the_programs():
    assert place({'it\'s "odd"': 'a "b" $5'}) == "/odd"
    own = {"log": "x", "route": "errors", "field_1": "/healthz", "source": "y", "container_name": "z"}
    assert place(own) == ""
    assert place(own | {"level": "error"}) == "/errors"


def test_what_is_no_json_stays_in_the_services_own_group():
    for line in ("ERROR orders.", "{level: ERROR}", '["ERROR"]', '{"level": "ERROR"', '\ufeff{"level": "error"}'):
        assert place(line) == ""


def test_a_stack_trace_goes_where_the_json_line_goes_to_which_it_is_joined():
    line = json.dumps({"level": "error"})
    joined = where(line, "Traceback", "  File x", json.dumps({"level": "info"}), multiline={"first_line": r"^\{"})
    assert joined == [("/errors", f"{line}\nTraceback\n  File x"), ("", '{"level": "info"}')]


def test_the_image_of_the_router_is_one_of_the_local_clouds_table():
    assert TABLE.find(IMAGE).image.argv[-1] == "log_router"


def test_lines_for_s3_and_firehose_go_there_and_nowhere_else():
    routes = [
        {"name": "audit", "when": {"audit": "true"}, "to": "s3"},
        {"name": "events", "when": {"event": "."}, "to": "firehose", "stream": "orders"},
    ]
    audit, event, other = json.dumps({"audit": True}), json.dumps({"event": "paid"}), json.dumps({})

    found = {line: to for to, line in where(audit, event, other, routes=routes)}

    days = "/orders-api/audit/date=%Y-%m-%d/hour=%H/%H%M%S-$UUID.gz"
    assert found == {
        audit: str(ToBucket("slipway-dev-logs-123456789012", days, "log", 50_000_000, 300.0)),
        event: str(ToStream("orders", "log")),
        other: "",
    }
