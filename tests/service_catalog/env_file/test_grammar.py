import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_catalog.env_file import effective, parse, render
from service_catalog.env_file.grammar import joined, lines
from tests.service_catalog.env_file.texts import texts, tidy_settings


@pytest.mark.parametrize(
    ("text", "container_gets"),
    [
        ('A="x y"', {"A": '"x y"'}),
        ("A='x'", {"A": "'x'"}),
        ("A=x # note", {"A": "x # note"}),
        (r"A=one\ntwo", {"A": r"one\ntwo"}),
        ("A=first\nsecond\nthird=1", {"A": "first", "third": "1"}),
        ("export A=1", {"export A": "1"}),
        (" A=1\nB =2", {" A": "1", "B ": "2"}),
        ("A=", {}),
        ("A=b=c", {"A": "b=c"}),
        ("=x", {}),
        ("A", {}),
        ("#A=1", {}),
        ("  #A=1", {"  #A": "1"}),
        ("A=1\nA=2", {"A": "2"}),
        ("A=1\nA=", {"A": "1"}),
        ("A=1\r\nB=2\r\r\n", {"A": "1", "B": "2\r"}),
        ("\ufeffA=1", {"\ufeffA": "1"}),
        ("A＝1\nB=　", {"B": "　"}),
        ("A=1\x0bB=2\u2028C=3", {"A": "1\x0bB=2\u2028C=3"}),
        ("", {}),
    ],
)
def test_the_container_gets_what_ecs_reads(text, container_gets):
    assert parse(text) == container_gets


def by_pattern(text: str) -> dict[str, str]:
    """The same rules once more, as one regular expression over the bytes."""
    found = {}
    for key, value in re.findall(rb"(?:\A|(?<=\n))(?!#)([^=\n]+)=([^\n]*?)(?:\r?\n|\r?\Z)", text.encode()):
        if value:
            found[key.decode()] = value.decode()
    return found


@given(texts)
def test_parse_agrees_with_a_pattern_over_the_bytes(text):
    assert parse(text) == by_pattern(text)


@given(st.text())
def test_lines_joined_again_are_the_text(text):
    assert joined(lines(text)) == text


@given(tidy_settings)
def test_what_is_rendered_is_what_is_read(settings):
    assert parse(render(settings)) == settings


@pytest.mark.parametrize("settings", [{"A": ""}, {"": "x"}, {"A": "x\ny"}, {"#A": "x"}, {"A=B": "x"}])
def test_what_no_line_can_say_is_refused_without_its_value(settings):
    with pytest.raises(ValueError, match=f"of {next(iter(settings))!r}$"):
        render({"FINE": "1", **settings})


def test_first_file_wins_between_files():
    assert effective(["A=1\nA=2", "A=3\nB=4"]) == {"A": "2", "B": "4"}


def test_an_empty_value_leaves_the_key_to_the_next_file():
    assert effective(["A=", "A=3"]) == {"A": "3"}


@given(st.lists(texts, max_size=4))
def test_a_key_comes_from_the_first_file_that_has_it(files):
    together = effective(files)

    assert set(together) == {key for text in files for key in parse(text)}
    for key, value in together.items():
        assert value == next(parse(text)[key] for text in files if key in parse(text))


def test_a_value_that_ends_in_a_carriage_return_is_written_with_one_more():
    assert render({"A": "x\r"}) == "A=x\r\r\n"
