"""Which lines a filter pattern of CloudWatch Logs finds, and what is none."""

import pytest

from local_cloud.emulators.filter_patterns import InvalidPattern, matcher

LINE = '{"level": "ERROR", "status": 503, "user": {"id": null, "tags": ["a", "b"]}, "retry": true, "at.zone": "1a"}'


@pytest.mark.parametrize(
    ("pattern", "line", "fits"),
    [
        ("", "anything", True),
        ("ERROR route", "no route: ERROR", True),
        ("error", "ERROR", False),
        ('"no route"', "route no", False),
        ('"a \\"b\\""', 'say a "b"', True),
        ("ERROR -debug", "ERROR in debug", False),
        ("-debug", "fine", True),
        ("?WARN ?ERROR", "WARN", True),
        ("?WARN ?ERROR", "INFO", False),
        ("INFO ?ERROR", "INFO", True),
        ("%[Tt]imed? ?out%", "it timed out", True),
        ("%^ERR%", "an ERR", False),
    ],
)
def test_terms(pattern, line, fits):
    assert matcher(pattern)(line) is fits


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ('{ $.level = "ERROR" }', True),
        ("{ $.level = ERR* }", True),
        ('{ $.level != "ERROR" }', False),
        ("{ $.status >= 500 && $.status < 600 }", True),
        ("{ $.status = 200 || ($.retry IS TRUE && $.level = %^ERR%) }", True),
        ("{ $.user.id IS NULL }", True),
        ("{ $.user.name NOT EXISTS }", True),
        ("{ $.user.id NOT EXISTS }", False),
        ('{ $.user.tags[1] = "b" }', True),
        ('{ $.user.tags[*] = "b" }', True),
        ('{ $.user.tags[0] = "b" }', False),
        ("{ $.['at.zone'] = \"1a\" }", True),
        ("{ $.nothing = 1 }", False),
    ],
)
def test_members_of_json(pattern, fits):
    assert matcher(pattern)(LINE) is fits
    assert matcher(pattern)("no JSON") is False


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("[ip, user, time, request, status = 5*, bytes]", True),
        ("[ip, user, time, request, status = 200, bytes]", False),
        ("[ip, ..., bytes > 1000]", True),
        ("[ip, ..., status = 503 || status = 504, bytes < 10000]", True),
        ("[ip, user]", False),
        ("[ip, user, time, request = *orders*, status, bytes]", True),
    ],
)
def test_columns(pattern, fits):
    assert matcher(pattern)('10.0.0.1 - [28/Nov/2026 05:32] "GET /orders HTTP/1.1" 503 1042') is fits


@pytest.mark.parametrize(
    "pattern",
    [
        "status:500",
        '"open',
        "%a(b)%",
        "%[a%",
        "%%",
        "{ $.a }",
        "{ a = 1 }",
        "{ $.a = 1",
        "{ $.a > x }",
        "{ ($.a = 1 }",
        "[a, b",
        "[..., ...]",
        "[a = 1 && b = 2]",
        "x" * 1025,
    ],
)
def test_what_is_no_pattern(pattern):
    with pytest.raises(InvalidPattern):
        matcher(pattern)
