"""Addresses that are compiled late lead where they would have led."""

from werkzeug.routing import Map, Rule

from portal.url_rules import LazyRule

FILE = "/<environment>/env/<path:file>/versions/<int:number>"
VALUES = {"environment": "dev", "file": "a b/ö", "number": 7, "against": 6}


def built(kind):
    rules = [kind(FILE, endpoint="version"), kind("/first", endpoint="first", defaults={"page": 1})]
    adapter = Map(rules).bind("localhost")
    matched = adapter.match("/dev/env/app/versions/7")
    return adapter.build("version", VALUES), adapter.build("first", {"page": 1}), matched


def test_a_lazy_rule_builds_and_matches_what_a_plain_one_does():
    assert built(LazyRule) == built(Rule)


def test_a_rule_is_compiled_when_it_is_first_built_and_once():
    compiled = []

    class Compiling(LazyRule):
        @staticmethod
        def _get_func_code(code, name):
            compiled.append(name)
            return Rule._get_func_code(code, name)

    adapter = Map([Compiling(FILE, endpoint="version"), Compiling("/other", endpoint="other")]).bind("localhost")
    assert compiled == []

    assert adapter.build("version", VALUES) == adapter.build("version", VALUES)
    assert compiled == [f"<builder:{FILE!r}>"]
