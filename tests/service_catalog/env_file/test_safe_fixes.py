"""A safe fix brings ECS to what every dotenv reader gets from the text already, and asks nobody."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_catalog.env_file import apply_safe_fixes, lint, parse
from tests.service_catalog.env_file import dotenv
from tests.service_catalog.env_file.texts import texts

signs = ["#7", " #", " # ", "#", '"', "'", "`", "\\", "\\n", "$B", "${B}", " ", "\u3000", "=", ",", ":", "{", "}", "["]
phrases = ["a", "two words", "job #4", "x#y", '"q"', "'q'", '"a # b"', "＃", "８０", "\u200b", "\r", '{"t": "job #4"}']
words = st.sampled_from([*signs, *phrases])
values = st.lists(words, max_size=4).map("".join)
names = st.sampled_from(["A", "B", "C", " A", "export A", "A ", "Ａ", "A\u200b", "\ufeffA", "export Ａ"])
lines = st.one_of(
    st.builds("{}{}{}".format, names, st.sampled_from(["=", " = ", "＝", ": "]), values),
    values,
    st.sampled_from(["<<<<<<< HEAD", "=======", ">>>>>>> theirs", "-----BEGIN X", "-----END X", "A=-Da \\", "  -Db=1"]),
)
odd_texts = st.builds(
    lambda parts, newline: newline.join(parts) + newline, st.lists(lines, max_size=6), st.sampled_from(["\n", "\r\n"])
)


@settings(max_examples=500)
@given(odd_texts | texts)
def test_ecs_gets_what_it_got_or_what_every_reader_gets(text):
    fixed = apply_safe_fixes(text).text

    before, after = parse(text), parse(fixed)
    for dialect in dotenv.DIALECTS:
        expected = dotenv.read(text, dialect)
        for key in filter(dotenv.is_name, after):
            was_nowhere = key not in before and key not in expected
            assert was_nowhere or after[key] in (before.get(key), expected.get(key))
        for key in before.keys() - after.keys():
            assert key not in expected


@pytest.mark.parametrize(
    "text",
    [
        'APP_TITLE="Orders #1 shop"\n',
        'GREETING="Hello # World"\n',
        'MSG=\'{"text": "job #4 done"}\'\n',
        'MSG={"text": "job #4 done"}\n',
        'HOSTS="a.example","b.example"\n',
        'JAVA_OPTS="-Da=1" "-Db=2"\n',
        "CHANNELS=#general #random\n",
        "TITLE=Order #7 of 9\n",
        'PATTERN="^\\d+$"\n',
        "A=1\rB=2\r",
        "PAIR=\"'x'\"\n",
        'PADDED=" x "\n',
        "EMPTY=\n",
        'EMPTY=""\n',
        "LABEL=a\u200eb\n",
        "PORT=８０８０\n",
        "Note: A=1 is a setting\n",
        "API=2\nＡＰＩ=1\n",
    ],
)
def test_what_readers_do_not_agree_on_is_left_to_a_person(text):
    assert apply_safe_fixes(text).text == text


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ('A="x y"\n', "A=x y\n"),
        ('A="x" # note\n', "# note\nA=x\n"),
        ("A='{\"a\": 1}'\n", 'A={"a": 1}\n'),
        ("A=60 # was 30\n", "# was 30\nA=60\n"),
        ('export A = "1"\n', "A=1\n"),
        ("A＝on\n", "A=on\n"),
        ("A=1\nA=2\n", "A=2\n"),
        ("A=1 \n---\n", "A=1\n# ---\n"),
    ],
)
def test_what_every_reader_agrees_on_is_made(text, fixed):
    assert apply_safe_fixes(text).text == fixed


def test_each_fix_that_was_made_is_told_with_what_it_met():
    made = apply_safe_fixes('export A="1"\nB=2 # two\n').made
    assert [(fix.label, fix.was) for fix in made] == [
        ("Remove export", 'export A="1"'),
        ("Move it above", "B=2 # two"),
        ("Remove quotes", 'A="1"'),
    ]


CONFLICT = "A=1\n<<<<<<< HEAD\nB=ours\n=======\nB=theirs\n>>>>>>> feature\n C=2\n"


def test_a_conflict_from_git_is_refused_as_one_and_both_sides_stay():
    marks = [(found.line, found.level, found.code) for found in lint(CONFLICT) if found.code == "conflict"]

    assert marks == [(2, "error", "conflict"), (4, "error", "conflict"), (6, "error", "conflict")]
    assert apply_safe_fixes(CONFLICT).text == CONFLICT


def test_a_value_over_several_lines_is_one_problem_and_nothing_in_it_is_mended():
    text = 'KEY="one\n two=2\nthree"\n B=1\n'

    assert [(found.line, found.code) for found in lint(text)] == [(1, "multi-line"), (4, "key-space")]
    assert apply_safe_fixes(text).text == 'KEY="one\n two=2\nthree"\nB=1\n'


def test_a_line_that_goes_on_after_a_backslash_is_one_problem_and_makes_no_variable():
    text = "JAVA_OPTS=-Da=1 \\\n  -Dfoo=2 \\\n  -Dbar=3\nB=1\n"

    assert [(found.line, found.level, found.code) for found in lint(text)] == [(1, "error", "continued")]
    assert apply_safe_fixes(text).text == text


def test_a_path_that_ends_in_a_backslash_is_only_warned_of():
    assert [(found.line, found.level) for found in lint("DIR=C:\\data\\\nB=1\n")] == [(1, "warning")]


def test_a_lone_carriage_return_breaks_the_line_when_somebody_says_so():
    [problem] = lint("A=1\rB=2\n")
    assert problem.fix
    assert problem.fix.on("A=1\rB=2\n") == "A=1\nB=2\n"
