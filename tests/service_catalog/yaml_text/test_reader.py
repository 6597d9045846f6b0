from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_catalog.problems import CatalogError
from service_catalog.yaml_text.reader import read_mapping


def complaints(content: bytes | str) -> list[str]:
    with pytest.raises(CatalogError) as refused:
        read_mapping(content, "x.yaml")
    return [str(problem) for problem in refused.value.problems]


def test_plain_words_are_what_every_reader_takes_them_for():
    text = "a: 1\nb: -2\nc: 1.5\nd: true\ne: ~\nf:\ng: word\nh: '1'\ni: [a, 2]\nj: |\n  t\n"
    assert read_mapping(text, "x.yaml") == {
        "a": 1, "b": -2, "c": 1.5, "d": True, "e": None, "f": None, "g": "word", "h": "1", "i": ["a", 2], "j": "t\n",
    }  # fmt: skip


def test_keys_are_text_as_written():
    assert read_mapping("80: a\non: b\n~: c\n", "x.yaml") == {"80": "a", "on": "b", "~": "c"}


@pytest.mark.parametrize(
    "word",
    [
        "no",
        "Yes",
        "on",
        "OFF",
        "0123",
        "000000000000",
        "0x1F",
        "0o17",
        "12:30",
        "1_000",
        "1e3",
        ".5",
        "5.",
        ".inf",
        "2026-11-21",
        "9" * 20,
    ],
)
def test_a_word_that_readers_disagree_about_is_refused(word):
    [said] = complaints(f"a: 1\nb: {word}\n")
    assert said.startswith(f"x.yaml:2: '{word}' is text to some YAML readers and ")
    assert said.endswith("; put it in quotes if it is text")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: &x 1\n", "x.yaml:1: anchors and aliases (&x) are refused; write the value out"),
        ("&k a: 1\n", "x.yaml:1: anchors and aliases (&k) are refused; write the value out"),
        ("a: !!str 1\n", "x.yaml:1: tags like '!!str' are refused; write the plain value"),
        ("a: !x {b: 1}\n", "x.yaml:1: tags like '!x' are refused; write the plain value"),
        ("a: 1\nb: {c: 1, c: 2}\n", "x.yaml:2: 'c' is listed twice; keep one of the two"),
        (
            "a: 1\n---\nb: 2\n",
            "x.yaml:2: has a second document; one file holds one entry; remove the '---' and what follows",
        ),
        ("? [a]\n: 1\n", "x.yaml:1: a key must be a word"),
        ("- a\n", "x.yaml:1: must hold fields (key: value), got a list"),
        ("word\n", "x.yaml:1: must hold fields (key: value), got 'word'"),
        ("", "x.yaml:1: must hold fields (key: value), got nothing"),
        ("# only a note\n", "x.yaml:1: must hold fields (key: value), got nothing"),
        ("a: b: c\n", "x.yaml:1: is not YAML: mapping values are not allowed in this context"),
        ("a: [1\n", "x.yaml:2: is not YAML: did not find expected ',' or ']'"),
        ("a: \x01\n", "x.yaml: is not YAML: unacceptable character #x0001: control characters are not allowed"),
        (b"a: \xff\n", "x.yaml: is not UTF-8 text; save it as UTF-8"),
        ("a: \ud800\n", "x.yaml: is not UTF-8 text; save it as UTF-8"),
        ("a: " + "x" * 65_536, "x.yaml: is 64 KB long; an entry holds 64 KB at most"),
        ("a: " + "[" * 60_000, "x.yaml:1: is nested more than 20 deep"),
        ("".join(f"{' ' * depth}a:\n" for depth in range(22)), "x.yaml:22: is nested more than 20 deep"),
    ],
)  # fmt: skip
def test_what_is_odd_is_refused_with_its_line(content, said):
    assert complaints(content) == [said]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: 1\nport：8080\nb: 2\n", "x.yaml:2: holds a full-width '：'; type it half-width: ':'"),
        ("a: 1\nport:　8080\nb: 2\n", "x.yaml:2: holds a full-width space; type it half-width"),
        ("port:　8080\nb: 2\n", "x.yaml:1: holds a full-width space; type it half-width"),
        ("a:\n  - b：1\nc: [\n", "x.yaml:4: is not YAML: did not find expected node content"),
        ("a: 1\n　b: 2\n", "x.yaml:2: holds a full-width space; type it half-width"),
        ("a: 1\nb　: 2\n", "x.yaml:2: holds a full-width space; type it half-width"),
        ("a: 1\nb: { c：2 }\n", "x.yaml:2: holds a full-width '：'; type it half-width: ':'"),
        (
            "port：8080\n",
            "x.yaml:1: must hold fields (key: value), got 'port：8080'; type its '：' half-width: ':'",
        ),
        ("# 注：　\na: 1\nb: 注：　\nc: [1\n", "x.yaml:5: is not YAML: did not find expected ',' or ']'"),
        ("a:\n\tb: 1\n", "x.yaml:2: holds a tab; indent with spaces"),
        ("a: 1\n\tb: 2\n", "x.yaml:2: holds a tab; indent with spaces"),
        ("a: |\n\tb\n", "x.yaml:2: holds a tab; indent with spaces"),
        ("a: @b\n", "x.yaml:1: '@' cannot begin a value; put the value in quotes"),
    ],
)
def test_a_sign_that_looks_right_is_named_where_it_stands(content, said):
    assert complaints(content) == [said]


def test_full_width_signs_are_text_within_text():
    assert read_mapping("a: 注：　文\n", "x.yaml") == {"a": "注：　文"}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("sign", ["<<<<<<< HEAD", "||||||| 1a2b", "=======", ">>>>>>> main"])
def test_a_conflict_that_git_left_is_called_so(sign, end):
    assert complaints(f"a: 1{end}{sign}{end}b: 2{end}") == ["x.yaml:2: holds a merge conflict; settle it"]
    assert complaints(f"{sign}{end}b: 2{end}") == ["x.yaml:1: holds a merge conflict; settle it"]


def test_everything_odd_is_told_at_once():
    assert complaints("a: &x 1\nb: *x\na: no\n") == [
        "x.yaml:1: anchors and aliases (&x) are refused; write the value out",
        "x.yaml:2: anchors and aliases (*x) are refused; write the value out",
        "x.yaml:3: 'a' is listed twice; keep one of the two",
        "x.yaml:3: 'no' is text to some YAML readers and true or false to others; put it in quotes if it is text",
    ]


@given(st.text(alphabet="ab: -[]{}#&*!|>'\"\n\t?,~0.%@`", max_size=40))
def test_no_text_ends_in_anything_but_a_mapping_or_a_catalog_error(text):
    with suppress(CatalogError):
        assert isinstance(read_mapping(text, "x.yaml"), dict)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nport:8080\nhealth: {}\n", "x.yaml:2: has no space after 'port:'; write port: 8080"),
        ("a: 1\nport:8080\n", "x.yaml:2: has no space after 'port:'; write port: 8080"),
        ("a:\n  b: 1\n  port:8080\n  c: 1\n", "x.yaml:3: has no space after 'port:'; write port: 8080"),
        ("a: 1\nport:\u00a08080\nhealth: {}\n", "x.yaml:2: holds a no-break space; type an ordinary space"),
        ("a:\n\u00a0\u00a0b: 1\n", "x.yaml:2: holds a no-break space; type an ordinary space"),
        ("a:\n  b: 1\n\u2003\u2003c: 1\n", "x.yaml:3: holds a space of another kind (U+2003); type an ordinary space"),
    ],
)
def test_a_slip_around_a_colon_is_told_at_its_own_line(text, said):
    with pytest.raises(CatalogError) as refused:
        read_mapping(text, "x.yaml")
    assert str(refused.value) == said
