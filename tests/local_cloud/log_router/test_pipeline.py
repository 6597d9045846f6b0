import pytest

from local_cloud.log_router.configuration import NotKnown
from local_cloud.log_router.pipeline import Pipeline, Routed, ToLogGroup

TAG = "app-firelens-1"
PARSERS = "[PARSER]\n    Name json\n    Format json\n"
OUT = (
    "[OUTPUT]\n    Name cloudwatch_logs\n    Match {}\n    Log_Group_Name /{}\n    Log_Stream_Name s\n    Log_Key log\n"
)
REST = OUT.format("app-*", "rest")
S3 = (
    "[OUTPUT]\n    Name s3\n    Match x\n    Bucket b\n    S3_Key_Format /x/%Y-$UUID.gz\n    Use_Put_Object On\n"
    "    Compression gzip\n    Log_Key log\n"
)
JOINED = """
[MULTILINE_PARSER]
    Name joined
    Type regex
    Rule "start_state" "^\\S" "rest"
    Rule "rest" "\\A(?!.*(?:^\\S))" "rest"
"""


def a_filter(name: str, *properties: str) -> str:
    return "\n".join(["[FILTER]", f"    Name {name}", "    Match app-*", *(f"    {it}" for it in properties), ""])


def routed(text: str, *records: dict[str, str], parsers: str = PARSERS) -> list[tuple[str, str]]:
    pipeline = Pipeline({"parsers": parsers, "routes": text}, {})
    found = [out for record in records for out in pipeline.take(TAG, record, 0, 0)]
    found += pipeline.due(0, 10)
    return [(group_of(out), out.record["log"]) for out in found]


def group_of(out: Routed) -> str:
    assert isinstance(out.target, ToLogGroup)
    return out.target.group


def refused(text: str, parsers: str = PARSERS) -> str:
    with pytest.raises(NotKnown) as error:
        Pipeline({"parsers": parsers, "routes": text}, {})
    return str(error.value)


def test_a_record_with_a_new_tag_comes_again_and_goes_where_that_matches():
    text = a_filter("rewrite_tag", "Rule $log ^(?=E) errors.$log false") + REST + OUT.format("errors.*", "errors")
    assert routed(text, {"log": "E1"}, {"log": "I1"}) == [("/errors", "E1"), ("/rest", "I1")]


def test_a_tag_that_matches_itself_goes_round_for_a_while_only():
    assert routed(a_filter("rewrite_tag", "Rule $log . app-again false") + REST, {"log": "E"}) == []


def test_all_conditions_of_a_modify_must_hold():
    conditions = "Condition Key_Does_Not_Exist $done", "Condition Key_Value_Matches $a ^1$", "Set log both"
    text = a_filter("modify", *conditions) + REST
    assert routed(text, {"log": "x", "a": "1"}, {"log": "x", "a": "1", "done": "1"}, {"log": "x"}) == [
        ("/rest", "both"),
        ("/rest", "x"),
        ("/rest", "x"),
    ]


def test_parts_of_a_line_become_one():
    text = a_filter("multiline", "Multiline.Key_Content log", "Mode partial_message") + REST
    part = {"partial_message": "true", "partial_id": "1"}
    parts = [{"log": "ab", **part, "partial_last": "false"}, {"log": "cd", **part, "partial_last": "true"}]
    assert routed(text, parts[0], {"log": "between"}, parts[1]) == [("/rest", "between"), ("/rest", "abcd")]


def test_lines_of_a_message_become_one_once_another_begins_or_nothing_comes():
    text = a_filter("multiline", "Multiline.Key_Content log", "Multiline.Parser joined") + REST
    lines = [{"log": it} for it in ("  of none", "Traceback", "  at x", "next")]
    assert routed(text, *lines, parsers=JOINED) == [
        ("/rest", "  of none"),
        ("/rest", "Traceback\n  at x"),
        ("/rest", "next"),
    ]


def test_only_known_keys_are_let_through_and_a_record_without_any_is_none():
    text = a_filter("record_modifier", "Allowlist_Key log") + REST
    assert routed(text, {"log": "x", "source": "stdout"}, {"source": "stdout"}) == [("/rest", "x")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[INPUT]\n    Name tail\n", "routes: line 1: [INPUT] tail: no such section"),
        ("@INCLUDE other.conf\n", "routes: line 1: @INCLUDE other.conf"),
        (a_filter("grep", "Exclude log x"), "routes: line 1: [FILTER] grep: no such filter"),
        ("[OUTPUT]\n    Name es\n    Match *\n", "routes: line 1: [OUTPUT] es: no such output"),
        (a_filter("modify", "Rename a b"), "routes: line 1: [FILTER] modify: rename a b"),
        (
            a_filter("modify", "Condition Key_Value_Equals $a b"),
            "routes: line 1: [FILTER] modify: condition Key_Value_Equals $a b",
        ),
        (
            a_filter("modify", "Condition Key_Value_Matches $a['b'] c"),
            "routes: line 1: [FILTER] modify: record accessor $a['b']",
        ),
        (
            a_filter("modify", r"Condition Key_Value_Matches $a \h"),
            r"routes: line 1: [FILTER] modify: pattern \h: \h",
        ),
        (
            a_filter("rewrite_tag", "Rule $a . b true"),
            "routes: line 1: [FILTER] rewrite_tag: rule $a . b true",
        ),
        (
            a_filter("lua", "Call f", "Code function f() end"),
            "routes: line 1: [FILTER] lua: a script other than that of Slipway",
        ),
        (a_filter("parser", "Key_Name log", "Parser other"), "routes: line 1: [FILTER] parser: parser other"),
        (REST + "    Workers 2\n", "routes: line 1: [OUTPUT] cloudwatch_logs: workers 2"),
        (S3 + "    Use_Put_Object Off\n", "routes: line 1: [OUTPUT] s3: use_put_object twice"),
        (S3.replace("gzip", "zstd"), "routes: line 1: [OUTPUT] s3: compression zstd"),
        (S3.replace("%Y", "%j"), "routes: line 1: [OUTPUT] s3: s3_key_format /x/%j-$UUID.gz"),
        (S3.replace("$UUID", "$TAG"), "routes: line 1: [OUTPUT] s3: s3_key_format /x/%Y-$TAG.gz"),
        (S3 + "    Upload_Timeout 1h\n", "routes: line 1: [OUTPUT] s3: upload_timeout 1h"),
        (S3 + "    Storage_Class GLACIER\n", "routes: line 1: [OUTPUT] s3: storage_class GLACIER"),
        (
            "[OUTPUT]\n    Name kinesis_firehose\n    Match *\n    Delivery_Stream x\n    Time_Key t\n",
            "routes: line 1: [OUTPUT] kinesis_firehose: time_key t",
        ),
        ("[SERVICE]\n    Plugins_File x\n", "routes: line 1: [SERVICE]: plugins_file x"),
    ],
)
def test_a_directive_that_is_not_known_is_named(text, what):
    assert refused(text) == what


def test_variables_are_filled_in_where_an_output_goes():
    text = REST.replace("Log_Stream_Name s", "Log_Stream_Name ecs/${ECS_TASK_ID}")
    [out] = Pipeline({"routes": text}, {"ECS_TASK_ID": "7"}).take(TAG, {"log": "x"}, 0, 0)
    assert isinstance(out.target, ToLogGroup)
    assert out.target.stream == "ecs/7"
