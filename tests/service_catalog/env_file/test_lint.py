import re

import pytest
from hypothesis import given

from service_catalog.env_file import apply, apply_fix, apply_safe_fixes, lint, parse, winners
from tests.service_catalog.env_file.texts import texts

CASES = [
    ('A="x y"', "warning", "quotes", "The quotes become part of the value", "A=x y"),
    ("A='x'", "warning", "quotes", "The quotes become part of the value", "A=x"),
    ("A=x # note", "warning", "inline-comment", "“# note” becomes part of the value", "# note\nA=x"),
    ("export A=1", "error", "export", "“export ” becomes part of the key", "A=1"),
    (" A=1", "error", "key-space", "A space becomes part of the key", "A=1"),
    ("A = 1", "error", "key-space", "A space becomes part of the key", "A=1"),
    ("A=", "warning", "empty", "Empty: the key is missing on Fargate", ""),
    ("=x", "error", "no-key", "No key: ECS ignores the line", "# =x"),
    ("A", "error", "no-equals", "No =: ECS ignores the line", "# A"),
    ("A: 1", "error", "no-equals", "No =: ECS ignores the line", "A=1"),
    ("A：1", "error", "no-equals", "No =: ECS ignores the line", "A=1"),
    ("  # A", "warning", "comment", "A comment begins with # in column 1", "# A"),
    ("  # A=1", "error", "comment", "Not a comment: # must come first", "# A=1"),
    ("＃ A=1", "error", "comment", "Not a comment: # must come first", "# A=1"),
    ("A＝1", "error", "full-width-equals", "Full-width ＝: the line is ignored", "A=1"),
    ("ＡＰＩ＿１＝1", "error", "full-width-equals", "Full-width ＝: the line is ignored", "API_1=1"),
    ("ＡＰＩ=1", "error", "full-width-key", "Full-width characters in the key", "API=1"),
    ("A　=1", "error", "key-space", "A space becomes part of the key", "A=1"),
    ("PORT=８０８０", "warning", "full-width-value", "Full-width characters in the value", "PORT=8080"),
    ("\ufeffA=1", "error", "bom", "A hidden mark (BOM) becomes part of the key", "A=1"),
    ("A\u200b=1", "error", "hidden-key", "A hidden character is in the key", "A=1"),
    ("A=x\u200by", "warning", "hidden-value", "A hidden character is in the value", "A=xy"),
    ("A=1 ", "warning", "value-space", "A space at the end is part of the value", "A=1"),
    ("A=　1", "warning", "value-space", "A space at the start is part of the value", "A=1"),
    ("A=1\x00", "error", "control", "A control character (U+0000) is in the line", "A=1"),
    ("A=1\r\r", "error", "control", "A control character (U+000D) is in the line", "A=1\r"),
    ("AWS_EXECUTION_ENV=x", "error", "reserved", "ECS sets this key itself", ""),
    ("ECS_AGENT_URI=x", "error", "reserved", "ECS sets this key itself", ""),
    ("AWS_SESSION_TOKEN=x", "warning", "credentials", "AWS keys win over the task role: leave them out", ""),
    ("A=“x”", "warning", "curly-quotes", "The quotes become part of the value", "A=x"),
    ('A="x" # note', "warning", "inline-comment", "“# note” becomes part of the value", '# note\nA="x"'),
]
NO_FIX = [
    (r"A=one\ntwo", "warning", "escape", r"\n stays two characters, as written"),
    ("A=$HOME/x", "warning", "reference", "$HOME is not replaced by ECS"),
    ('HOSTS="a","b"', "warning", "quotes", "The quotes become part of the value"),
    ("A=${HOME}/x", "warning", "reference", "${HOME} is not replaced by ECS"),
    ('A="one', "warning", "open-quote", "The quote stays open: a value ends with its line"),
    ("A.B=1", "warning", "odd-key", "Shells cannot read this key: A-Z, 0-9 and _"),
    ("A B=1", "error", "bad-key", "A key is letters, digits and _"),
    ("A=" + "x" * 33_000, "error", "too-long", "Longer than 32 KiB: the task might not start"),
    ("PARTNER_TOKEN=pt-7Hq2xW9mZr4T", "warning", "secret", "Looks like a secret"),
]


@pytest.mark.parametrize(("text", "level", "code", "message", "fixed"), CASES)
def test_a_line_that_ecs_reads_otherwise_is_told_and_fixed(text, level, code, message, fixed):
    [problem] = lint(text)

    assert (problem.line, problem.level, problem.code, problem.message) == (1, level, code, message)
    assert apply_fix(text, problem) == fixed
    assert problem.code not in [left.code for left in lint(fixed)]


@pytest.mark.parametrize(("text", "level", "code", "message"), NO_FIX)
def test_a_line_that_no_click_can_mend_is_told(text, level, code, message):
    [problem] = lint(text)
    assert (problem.line, problem.level, problem.code, problem.message) == (1, level, code, message)
    assert problem.fix is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "# note\n#A=1",
        "A=1\r\nB=2\r\n",
        "GREETING=ようこそ！　いらっしゃいませ",
        "COLOR=#fff",
        "A=b=c",
        'J={"a": "b"}',
        " \t",
        "AWS_REGION=ap-northeast-1",
        "AWS_S3_UPLOAD_BUCKET_NAME=uploads",
        "ECS_CLUSTER=blue",
        "PASSWORD_HASH=$2b$10$abc",
    ],
)
def test_what_means_the_same_to_both_is_left_alone(text):
    assert lint(text) == []


def test_the_second_of_two_settings_is_told_which_one_wins():
    [problem] = lint("COUPON_LIMIT=200\nCOUPON_LIMIT=250\n")

    assert (problem.line, problem.message) == (2, "Second COUPON_LIMIT; this one wins")
    assert problem.fix
    assert problem.fix.label == "Delete line 1"
    assert apply_fix("COUPON_LIMIT=200\nCOUPON_LIMIT=250\n", problem) == "COUPON_LIMIT=250\n"


def test_of_three_settings_each_later_one_is_told():
    assert [(found.line, found.message) for found in lint("A=1\nA=2\nA=3")] == [
        (2, "Second A; line 3 wins"),
        (3, "A again; this one wins"),
    ]


def test_a_pasted_key_is_one_problem():
    text = "KEY=-----BEGIN RSA PRIVATE KEY-----\nMIIE=\nabc\n-----END RSA PRIVATE KEY-----\nA\n"
    assert [(found.line, found.code) for found in lint(text)] == [(1, "multi-line"), (5, "no-equals")]


def test_line_ends_of_a_file_from_windows_stay():
    assert apply_safe_fixes('A="1"\r\nB=2 # two\r\n').text == "A=1\r\n# two\r\nB=2\r\n"


def test_deleting_what_is_reserved_is_left_to_the_person():
    assert apply_safe_fixes("AWS_EXECUTION_ENV=x\n").text == "AWS_EXECUTION_ENV=x\n"


def test_a_fix_is_found_by_line_and_code():
    assert apply('A=1\nB="2"\n', 2, "quotes") == "A=1\nB=2\n"
    assert apply("A=1\nB=2\n", 2, "quotes") == "A=1\nB=2\n"


def test_a_fix_for_a_line_that_changed_since_does_nothing():
    [problem] = lint('A="1"')
    assert apply_fix("A=2", problem) == "A=2"


@given(texts)
def test_every_fix_takes_its_problem_away(text):
    for problem in lint(text):
        if problem.fix:
            fixed = apply_fix(text, problem)
            assert _count(fixed, problem.code) < _count(text, problem.code)


def _count(text: str, code: str) -> int:
    return sum(problem.code == code for problem in lint(text))


@given(texts)
def test_safe_fixes_leave_none_to_make(text):
    fixed = apply_safe_fixes(text).text

    assert apply_safe_fixes(fixed).text == fixed
    assert [problem for problem in lint(fixed) if problem.fix and problem.fix.is_safe] == []


@given(texts)
def test_a_clean_text_gives_what_a_reader_expects(text):
    fixed = apply_safe_fixes(text).text
    if lint(fixed) != []:
        return
    expected = {}
    for line in re.split(r"\r?\n|\r\Z", fixed):
        if line.strip() and not line.startswith("#"):
            key, value = line.split("=", 1)
            assert key.isidentifier()
            assert key not in expected
            assert value == value.strip()
            assert value[0] not in "\"'" or value[0] != value[-1]
            expected[key] = value
    assert parse(fixed) == expected


@given(texts)
def test_messages_fit_beside_their_line(text):
    assert all(len(problem.message) < 60 and 1 <= problem.line <= text.count("\n") + 1 for problem in lint(text))


def test_a_long_line_of_any_kind_is_read_in_no_time():
    for part in (" ", "${A", "eyJ-", "://", "a", "# ", '"', "export ", "-----BEGIN "):
        found = lint(f"A={part * (30_000 // len(part))}\n{part * (30_000 // len(part))}")
        assert {problem.line for problem in found} <= {1, 2}


def test_a_line_over_which_another_place_wins_is_told_which():
    elsewhere = winners(["GREETING"], ["TOKEN"], {"QUEUE_URL": "queue"}, {"first": "COLOR=red\nGREETING=x\n"})

    found = lint("GREETING=a\nTOKEN=b\nCOLOR=c\nMINE=d\nQUEUE_URL=e\n", elsewhere)

    assert [(it.line, it.level, it.code, it.message) for it in found] == [
        (1, "warning", "no-effect", "No effect: the catalog’s `environment` wins"),
        (2, "warning", "no-effect", "No effect: the catalog’s `secrets` win"),
        (3, "warning", "no-effect", "No effect: first.env comes first"),
        (5, "warning", "no-effect", "No effect: the catalog’s `queue` sets it"),
    ]


@pytest.mark.parametrize("line", ["A=x" + " " * 30_000 + "y ", " " * 30_000 + "A=1", "A=" + "-eyJ" * 7_500])
def test_blanks_and_beginnings_of_tokens_are_walked_over_once(line):
    text = f"{line}\n" * 4
    assert {2, 3, 4} <= {problem.line for problem in lint(text)}


@pytest.mark.parametrize("last", ["A=1", "A=1\n"])
def test_more_lines_than_pages_take_are_one_problem(last):
    [problem] = lint("A=1\n" * 5_000 + last)
    assert (problem.code, problem.message) == ("too-much", "5001 lines; an env file takes 5000")
    assert "too-much" not in {problem.code for problem in lint("A=1\n" * 4_999 + last)}
