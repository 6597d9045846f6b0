"""Which lines count as JSON was seen of Fluent Bit 5.0.9."""

import pytest

from local_cloud.log_router import json_lines


@pytest.mark.parametrize(
    "line",
    [
        '{"a": 1}',
        ' \t{"a": 1}\r',
        '{"a": 1} Traceback',
        '{"a": 1}\n  at x',
        '{"a": 1},',
        '{"a": 1} {',
        '{"a": 1, "b": "\t"}',
    ],
)
def test_fields_are_those_of_the_object_that_a_line_begins_with(line):
    assert (json_lines.read(line) or {})["a"] == 1


@pytest.mark.parametrize(
    "line",
    [
        "",
        "plain",
        'x {"a": 1}',
        '\ufeff{"a": 1}',
        '["a"]',
        '"a"',
        "{a: 1}",
        "{'a': 1}",
        '{"a": 1,}',
        '{"a": 1',
        '{"a": NaN}',
        '{"a": 01}',
        '{"a": 1e999}',
        '{"a": 1}{"a": 1}',
        '{"a": 1} 5',
        '{"a": 1} true',
        '{"a": ' + "[" * 100 + "]" * 100 + "}",
        '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
)
def test_anything_else_is_a_line_without_fields(line):
    assert json_lines.read(line) is None


def test_of_a_name_that_comes_twice_the_last_counts():
    assert json_lines.read('{"a": 1, "a": 2}') == {"a": 2}
