import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_catalog.listener_rules.rules import Collision, Rule, collisions, covers

patterns = st.text(alphabet="ab*?", max_size=5).map(lambda rest: f"/{rest}")
requests = st.text(alphabet="abc", max_size=5).map(lambda rest: f"/{rest}")


def a_rule(service: str, *paths: str, host: str | None = None) -> Rule:
    return Rule(service, "public", host, paths)


def matches(pattern: str, request: str) -> bool:
    """What a load balancer does."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), request) is not None


@pytest.mark.parametrize(
    ("pattern", "other", "covered"),
    [
        ("/*", "/orders", True),
        ("/orders/*", "/orders/42", True),
        ("/orders/*", "/orders/*", True),
        ("/orders/*", "/orders", False),
        ("/orders/*", "/orders/*/items", True),
        ("/orders/*/items", "/orders/*", False),
        ("/orders/4?", "/orders/42", True),
        ("/orders/4?", "/orders/4*", False),
        ("/orders/4*", "/orders/4?", True),
        ("/a.c", "/abc", False),
        ("/a*b*c", "/axbxxbc", True),
    ],
)
def test_a_pattern_covers_what_only_it_would_see(pattern, other, covered):
    assert covers(pattern, other) == covered


@given(patterns, patterns, requests)
def test_what_a_pattern_covers_it_takes(pattern, other, request):
    if covers(pattern, other) and matches(other, request):
        assert matches(pattern, request)


def test_bands_put_the_more_specific_first():
    rules = [
        a_rule("x", "/a/long/path/*", host="a.example.com"),
        a_rule("x", "/*", host="a.example.com"),
        a_rule("x", "/*", host="*.example.com"),
        a_rule("x", "/exact", "/other"),
        a_rule("x", "/orders/items/*"),
        a_rule("x", "/orders", "/orders/*"),
        a_rule("x", "/*"),
    ]
    assert [rule.band.start for rule in rules] == sorted(rule.band.start for rule in rules)
    assert len({rule.band for rule in rules}) == len(rules)


@given(patterns, patterns)
def test_what_covers_is_never_in_an_earlier_band(pattern, other):
    if covers(pattern, other):
        assert a_rule("x", pattern).band.start >= a_rule("x", other).band.start


def test_every_band_lies_within_what_a_listener_takes():
    first = a_rule("x", "/exact", host="a.example.com").band
    last = a_rule("x", "/*").band
    assert (min(first), max(last), len(first)) == (4, 49_200, 100)


def test_the_later_of_two_rules_for_one_path_is_told():
    first, second = a_rule("a", "/x", "/y"), a_rule("b", "/y")
    assert list(collisions({4: first, 8: second})) == [Collision(first, "/y", second, "/y")]


def test_a_path_behind_a_wider_one_is_told():
    first, second = a_rule("a", "/x/*"), a_rule("b", "/x/y", "/z")
    assert list(collisions({4: first, 8: second})) == [Collision(first, "/x/*", second, "/x/y")]
    assert list(collisions({4: second, 8: first})) == []


@pytest.mark.parametrize(
    ("first", "second", "collides"),
    [
        ("a.example.com", "a.example.com", True),
        ("a.example.com", "b.example.com", False),
        ("*.example.com", "a.example.com", True),
        ("*.example.com", "*.eu.example.com", True),
        ("*.eu.example.com", "*.example.com", False),
        ("a.example.com", None, False),
        (None, "a.example.com", True),
    ],
)
def test_rules_of_different_hosts_do_not_collide(first, second, collides):
    rules = {4: a_rule("a", "/x", host=first), 8: a_rule("b", "/x", host=second)}
    assert bool(list(collisions(rules))) == collides


FROM_OFFICE, WITH_BETA = {"source_ips": ("203.0.113.0/24",)}, {"headers": (("x-beta", "yes"), ("x-beta", "maybe"))}


@pytest.mark.parametrize(
    ("earlier", "later", "taken"),
    [
        ({}, FROM_OFFICE, True),
        (FROM_OFFICE, {}, False),
        (FROM_OFFICE, {"source_ips": ("203.0.113.8/29",)}, True),
        (FROM_OFFICE, {"source_ips": ("203.0.113.8/29", "2001:db8::/32")}, False),
        ({"source_ips": ("203.0.113.8/29",)}, FROM_OFFICE, False),
        (WITH_BETA, {}, False),
        (WITH_BETA, {"headers": (("x-beta", "YES"),)}, True),
        (WITH_BETA, {"headers": (("x-beta", "yes"), ("x-beta", "no"))}, False),
        (WITH_BETA, {"headers": (("x-alpha", "yes"),)}, False),
        (WITH_BETA, {**WITH_BETA, **FROM_OFFICE}, True),
        ({"headers": (("x-path", "/*"),)}, {"headers": (("x-path", "none"),)}, False),
    ],
)
def test_a_rule_takes_from_another_only_what_meets_its_own_conditions(earlier, later, taken):
    first, second = Rule("a", "public", None, ("/x",), **earlier), Rule("b", "public", None, ("/x",), **later)
    assert bool(list(collisions({4: first, 8: second}))) == taken


def test_a_rule_is_read_as_it_is_spelled():
    whole = Rule("a", "public", "a.example.com", ("/x", "/x/*"), ("2001:db8::/32",), (("x-beta", "a:b"), ("x-c", "*")))
    assert whole.route == "a.example.com /x /x/* from:2001:db8::/32 header:x-beta:a:b header:x-c:*"
    assert Rule.spelled("a", "public", whole.route) == whole
