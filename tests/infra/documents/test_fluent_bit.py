"""The text alone. That a router does with it what the entry says: ``tests/contract/test_log_routing.py``."""

import pytest

from infra.documents import fluent_bit
from service_catalog.model import Logs
from tests.builders import a_service, an_environment


def logs(**said: object) -> Logs:
    return a_service(logs=said).logs


def routes_file(**said: object) -> str:
    return fluent_bit.routes_file(logs(**said), an_environment(), "orders-api")


def test_each_route_is_a_filter_of_its_conditions_and_an_output():
    text = routes_file(
        routes=[
            {"name": "health", "when": {"path": "^/healthz"}, "drop": True},
            {"name": "errors", "when": {"level": "ERROR|FATAL", "http.path": "^/orders"}},
        ]
    )
    assert (
        """
[FILTER]
    Name       modify
    Match      app-firelens-*
    Condition  Key_Does_Not_Exist $route
    Condition  Key_Value_Matches $field_2 ERROR|FATAL
    Condition  Key_Value_Matches $field_3 ^/orders
    Set        route errors
"""
        in text
    )
    assert "local fields = {field_1 = {'path'}, field_2 = {'level'}, field_3 = {'http', 'path'}} " in text
    assert text.endswith("""
[OUTPUT]
    Name               cloudwatch_logs
    Match              app-firelens-*
    Region             ap-northeast-1
    Log_Group_Name     /slipway/dev/orders-api
    Log_Stream_Name    ecs/app/${ECS_TASK_ID}
    Log_Key            log
    Auto_Create_Group  Off
    Retry_Limit        5

[OUTPUT]
    Name   null
    Match  slipway.health

[OUTPUT]
    Name               cloudwatch_logs
    Match              slipway.errors
    Region             ap-northeast-1
    Log_Group_Name     /slipway/dev/orders-api/errors
    Log_Stream_Name    ecs/app/${ECS_TASK_ID}
    Log_Key            log
    Auto_Create_Group  Off
    Retry_Limit        5
""")


def test_what_is_retired_is_in_no_configuration():
    text = routes_file(
        routes=[{"name": "errors", "when": {"level": "ERROR"}, "retired": True}],
        multiline={"first_line": r"^\S", "retired": True},
    )
    assert "errors" not in text
    assert "rewrite_tag" not in text
    assert "slipway_joined" not in text


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ('a "b" c', r"a\x20\x22b\x22\x20c"),
        (r"it\'s\ \"", r"it\x27s\x20\x22"),
        # ``${X}`` would be a variable of the router's environment.
        (r"\$\{X\}", r"\x24\{X\}"),
        # Between slashes Fluent Bit looks for options.
        ("/healthz/", r"\/healthz/"),
        (r"\\ \.", r"\\\x20\."),
        ("注文", "注文"),
    ],
)
def test_signs_at_which_fluent_bit_would_take_a_pattern_apart_are_written_otherwise(pattern, written):
    text = routes_file(routes=[{"name": "a", "when": {"f": pattern}}])
    assert f"Condition  Key_Value_Matches $field_1 {written}\n" in text


@pytest.mark.parametrize(
    ("field", "steps"),
    [
        ("a.b.c", "'a', 'b', 'c'"),
        (r"log\.level", r"'log\046level'"),
        (r"a\\b.c d", r"'a\092b', 'c\032d'"),
        ("it's", r"'it\039s'"),
        ("額", r"'\233\161\141'"),
    ],
)
def test_a_field_is_steps_into_the_object(field, steps):
    assert f"fields = {{field_1 = {{{steps}}}}}" in routes_file(routes=[{"name": "a", "when": {field: "."}}])


def test_messages_of_several_lines_are_joined_until_a_first_line_comes():
    text = fluent_bit.parsers_file(logs(multiline={"first_line": r'^\d+ "'}))
    assert (
        """
[MULTILINE_PARSER]
    Name           slipway_joined
    Type           regex
    Flush_Timeout  500
    Rule           "start_state" "^\\d+\\x20\\x22" "rest"
    Rule           "rest" "\\A(?!.*(?:^\\d+\\x20\\x22))" "rest"
"""
        in text
    )


def test_the_same_routes_are_the_same_text():
    routes = [{"name": "a", "when": {"x": "1", "y": "2"}}]
    assert routes_file(routes=routes) == routes_file(routes=routes)


def test_lines_for_s3_are_objects_by_day_and_hour_with_a_buffer_of_their_own():
    text = routes_file(routes=[{"name": "audit", "when": {"audit": "true"}, "to": "s3", "bucket": "orders-logs"}])
    assert text.endswith("""
[OUTPUT]
    Name             s3
    Match            slipway.audit
    Region           ap-northeast-1
    Bucket           orders-logs
    S3_Key_Format    /orders-api/audit/date=%Y-%m-%d/hour=%H/%H%M%S-$UUID.gz
    Use_Put_Object   On
    Compression      gzip
    Total_File_Size  50M
    Upload_Timeout   5m
    Store_Dir        /tmp/fluent-bit/s3-audit
    Log_Key          log
    Retry_Limit      5
""")


def test_lines_for_firehose_are_records_of_a_stream():
    text = routes_file(routes=[{"name": "events", "when": {"type": "."}, "to": "firehose", "stream": "orders"}])
    assert text.endswith("""
[OUTPUT]
    Name             kinesis_firehose
    Match            slipway.events
    Region           ap-northeast-1
    Delivery_Stream  orders
    Log_Key          log
    Retry_Limit      5
""")
