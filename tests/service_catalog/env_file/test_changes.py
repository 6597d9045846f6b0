import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_catalog.env_file import KeyChange, diff, edited, effective_diff, parse
from service_catalog.env_file.changes import MASK
from tests.service_catalog.env_file.texts import keys, texts, values


def test_changes_are_what_the_container_gets_otherwise():
    assert diff("# a\nA=1\nB=2\nC=3\n", "B=2\nC=4\nD=5\nE=\n") == [
        KeyChange("A", "removed", "1", None),
        KeyChange("C", "changed", "3", "4"),
        KeyChange("D", "added", None, "5"),
    ]


@given(texts, texts)
def test_no_change_means_the_same_settings(old, new):
    assert (diff(old, new) == []) == (parse(old) == parse(new))


def test_a_diff_tells_that_a_secret_changed_and_not_what_it_is():
    [change] = diff("DB_PASSWORD=hunter22\n", "DB_PASSWORD=correct-horse\n")
    assert (change.key, change.kind, change.old, change.new) == ("DB_PASSWORD", "changed", MASK, MASK)
    assert "hunter22" not in str(change)


def test_an_edit_keeps_comments_order_and_line_ends():
    text = "# one\r\nA=1\r\n\r\nB=2\r\n# end\r\nC=3"
    assert edited(text, {"A": "9", "B": None, "D": "4"}) == "# one\r\nA=9\r\n\r\n# end\r\nC=3\nD=4\n"


def test_an_edit_of_a_key_that_stands_twice_leaves_one_line():
    assert edited("A=1\nB=2\nA=3\n", {"A": "4"}) == "B=2\nA=4\n"


def test_an_edit_that_no_line_can_hold_is_refused():
    with pytest.raises(ValueError, match=r"of 'A'$"):
        edited("A=1\n", {"A": "two\nlines"})


@given(texts, st.dictionaries(keys, values | st.none(), max_size=4))
def test_an_edit_changes_what_it_says_and_nothing_else(text, wanted):
    expected = {key: value for key, value in (parse(text) | wanted).items() if value is not None}
    assert parse(edited(text, wanted)) == expected


@given(texts)
def test_an_edit_to_what_is_there_keeps_every_byte(text):
    assert edited(text, dict(parse(text))) == text


def test_what_has_no_effect_is_no_change():
    old, new = ["A=1\nC=1\n", "B=1\n"], ["A=1\n", "A=2\nB=2\nC=3\nFIXED=1\n"]
    assert [(it.key, it.kind, it.old, it.new) for it in effective_diff(old, new, {"FIXED"})] == [
        ("B", "changed", "1", "2"),
        ("C", "changed", "1", "3"),
    ]
