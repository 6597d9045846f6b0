import time

import pytest

from service_catalog import line_patterns
from service_catalog.line_patterns import NotUnderstood


def refused(pattern: str) -> str:
    with pytest.raises(NotUnderstood) as error:
        line_patterns.check(pattern)
    return str(error.value.problem)


@pytest.mark.parametrize(
    "pattern",
    [
        "ERROR|FATAL",
        "^/healthz",
        "(?i)warn(ing)?",
        "^(?!DEBUG|TRACE)",
        r"\bE\d{4}\b",
        r"^[1-9][0-9]{2,4}$",
        r"[^\s/]+/[\w-]{0,8}",
        r"(\d{1,3}\.){3}\d{1,3}",
        "(/[a-z]+)*$",
        "([^/]+/)+x",
        "(ab|ac)*",
        r"a.*?b",
        r'say "hi" it\'s \$5 \\ \/ \[x\]',
        "注文|決済",
    ],
)
def test_what_onigmo_and_python_read_alike_is_taken(pattern):
    line_patterns.check(pattern)


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("(?<=a)b", "holds '(?<', which Onigmo and Python do not read alike"),
        ("(?<name>a)", "holds '(?<', which Onigmo and Python do not read alike"),
        ("a(?i)b", "holds '(?i', which Onigmo and Python do not read alike"),
        (r"\h+", r"holds '\h', which Onigmo and Python do not read alike"),
        (r"(a)\1", r"holds '\1', which Onigmo and Python do not read alike"),
        (r"\Z", r"holds '\Z', which Onigmo and Python do not read alike"),
        ("[[:alpha:]]", "holds [ inside of a set, which Onigmo and Python do not read alike"),
        ("[a-z&&[^b]]", "holds & inside of a set, which Onigmo and Python do not read alike"),
        ("(?i)straße", "ignores case, which Onigmo and Python do differently for letters beyond ASCII"),
        ("a{2}?", "repeats a repetition with '?'"),
        ("a++", "repeats a repetition with '+'"),
        ("a{2,1}", "repeats at least 2 times and at most 1"),
        ("a{101}", "repeats more than 100 times"),
        ("^*", "repeats a place in the text, which takes no characters"),
        ("*", "has '*' with nothing before it to repeat"),
        ("${HOME}", "has '{' that is no repetition"),
        ("a}", "has '}' that is no repetition"),
        ("(a", "opens a group that is never closed"),
        ("a)", "closes a group that was never opened"),
        ("[a", "opens a set that is never closed"),
        ("[]", "holds an empty set"),
        ("[z-a]", "holds a range that goes from z to a"),
        (r"[\d-x]", r"holds a range that goes from \d to x"),
        ("a\\", "ends in a backslash"),
    ],
)
def test_what_the_two_read_differently_is_refused_by_what_it_is(pattern, problem):
    assert refused(pattern) == problem


@pytest.mark.parametrize(
    "pattern", ["(a+)+", "(a|a)*", "(a*)*", "(a?)+", r"(\w+\s*)+$", "([a-z]+ ?)+", "(x+x+)+y", "(?=(a+)+b)a", "(.*)*"]
)
def test_a_repetition_that_can_match_one_text_in_several_ways_is_refused(pattern):
    assert refused(pattern) == "could take for ever: within a repetition there are several ways to match one text"


def test_few_endless_repetitions_of_anything_are_taken():
    line_patterns.check("a.*b.*c")
    assert refused(".*a.*b.*c.*d") == "repeats any character without end 4 times; 3 at most"


@pytest.mark.parametrize("pattern", ["(a{1,50}){1,50}", "(((a{100}){100}){100}){100}"])
def test_a_short_pattern_that_stands_for_a_huge_one_is_refused_at_once(pattern):
    began = time.process_time()
    assert refused(pattern) == "is too large once its repetitions are written out; 150 characters at most"
    assert time.process_time() - began < 1
