"""The configuration of a service's log router: plain Fluent Bit that gives each line its route, each route its place.

A line comes from FireLens as a record ``{log: …}`` with the tag ``app-firelens-<task>``. Its JSON is read, and the
fields that conditions ask for are put beside the line under names of our own: so no field of a program can be taken for
one of ours, and numbers are compared as text. The first route whose conditions all match is written into the record,
and becomes its tag; what has none keeps the tag it came with. Log groups get the line as it was printed.

Two files, since Fluent Bit takes parsers from a file of their own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from service_catalog import naming
from service_catalog.log_routing import bucket_of, prefix_of, routes_in_use
from service_catalog.model import Environment, LogRoute, Logs, Multiline

Section = tuple[str, Sequence[tuple[str, str]]]
"""``("FILTER", [("Name", "modify"), …])``"""

HEALTH_PORT = 2020
_UNROUTED = f"{naming.CONTAINER}-firelens-*"
_LINE = "slipway_line"
_JSON, _JOINED = "slipway_json", "slipway_joined"
_CALL = "line_and_fields"
_JOINED_AFTER_MS = "500"
"""Of a message nothing more may come after this. Fluent Bit takes no less, and loses what waits when it is stopped."""


def routes_file(logs: Logs, environment: Environment, service: str) -> str:
    """What the router does, for ``environment``'s ``service``."""
    region = environment.region
    sections = [_service()]
    sections += _whole_lines(logs.multiline)
    if routes_in_use(logs):
        names = _names_of_fields(routes_in_use(logs))
        sections += [*_fields_of_lines(names), *(_route(it, names) for it in routes_in_use(logs)), _tags()]
    sections.append(_to_log_group(_UNROUTED, naming.log_group(environment.name, service), region))
    sections += [_output(route, environment, service) for route in routes_in_use(logs)]
    return _text(sections)


def parsers_file(logs: Logs) -> str:
    return _text(_parsers(logs))


def _text(sections: Iterable[Section]) -> str:
    return "\n".join(_section(*it) for it in sections)


def _section(kind: str, properties: Sequence[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in properties)
    return f"[{kind}]\n" + "".join(f"    {name:{width}}  {value}\n" for name, value in properties)


def _filter(name: str, *properties: tuple[str, str]) -> Section:
    return "FILTER", [("Name", name), ("Match", _UNROUTED), *properties]


def _service() -> Section:
    """Told to end, it sends what it has; ECS's health check asks it at its port."""
    return "SERVICE", [
        ("Flush", "1"),
        ("Grace", "30"),
        ("HTTP_Server", "On"),
        ("HTTP_Listen", "127.0.0.1"),
        ("HTTP_Port", str(HEALTH_PORT)),
    ]


# --- what one line is -------------------------------------------------------------------------------------------------


def _whole_lines(multiline: Multiline | None) -> Iterator[Section]:
    """The log driver cuts lines after 16 KB, and says of the parts that they are some."""
    of_log = ("Multiline.Key_Content", "log")
    yield _filter("multiline", of_log, ("Mode", "partial_message"))
    if multiline and not multiline.retired:
        yield _filter("multiline", of_log, ("Multiline.Parser", _JOINED), ("Flush_MS", _JOINED_AFTER_MS))


def _parsers(logs: Logs) -> Iterator[Section]:
    yield "PARSER", [("Name", _JSON), ("Format", "json")]
    if logs.multiline and not logs.multiline.retired:
        first = _pattern(logs.multiline.first_line)
        ignores_case = "(?i)" if first.startswith("(?i)") else ""
        rest = rf"{ignores_case}\A(?!.*(?:{first.removeprefix(ignores_case)}))"
        yield (
            "MULTILINE_PARSER",
            [
                ("Name", _JOINED),
                ("Type", "regex"),
                ("Flush_Timeout", _JOINED_AFTER_MS),
                ("Rule", f'"start_state" "{first}" "rest"'),
                ("Rule", f'"rest" "{rest}" "rest"'),
            ],
        )


# --- where a line goes ------------------------------------------------------------------------------------------------


def _fields_of_lines(names: Mapping[str, str]) -> Iterator[Section]:
    """Leaves ``{log: <the line>, field_1: <text>, …}``."""
    yield _filter("modify", ("Hard_Rename", f"log {_LINE}"))
    yield _filter("record_modifier", ("Allowlist_Key", _LINE))
    parse = (("Key_Name", _LINE), ("Parser", _JSON), ("Reserve_Data", "On"), ("Preserve_Key", "On"))
    yield _filter("parser", *parse)
    fields = ", ".join(f"{name} = {{{', '.join(map(_lua_text, _steps(field)))}}}" for field, name in names.items())
    yield _filter("lua", ("Call", _CALL), ("Code", f"local fields = {{{fields}}} {_SCRIPT}"))


_SCRIPT = re.sub(
    r"\s+",
    " ",
    f"""
    local function text(value)
        if type(value) == 'boolean' then return tostring(value) end
        if type(value) ~= 'number' then return type(value) == 'string' and value or nil end
        if value == math.floor(value) and math.abs(value) < 2^63 then return string.format('%d', value) end
        for digits = 15, 17 do
            local short = string.format('%.' .. digits .. 'g', value)
            if digits == 17 or tonumber(short) == value then return short end
        end
    end
    function {_CALL}(tag, time, record)
        local found = {{log = record.{_LINE}}}
        record.{_LINE} = nil
        for name, steps in pairs(fields) do
            local value = record
            for _, step in ipairs(steps) do
                if type(value) == 'table' then value = value[step] else value = nil end
            end
            found[name] = text(value)
        end
        return 2, time, found
    end""",
).strip()
"""Puts what conditions ask for beside the line, as text. Fluent Bit wants it on one line."""


def _names_of_fields(routes: Sequence[LogRoute]) -> dict[str, str]:
    """Of each field that a condition asks for, once: record accessors take no other signs in a name."""
    fields = dict.fromkeys(field for route in routes for field in route.when)
    return {field: f"field_{number}" for number, field in enumerate(fields, 1)}


def _steps(field: str) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", step) for step in re.findall(r"(?:[^.\\]|\\.)+", field)]


def _lua_text(text: str) -> str:
    """Signs that mean something to Lua or to Fluent Bit's own reader are written as bytes."""
    return f"'{''.join(_lua_sign(sign) for sign in text)}'"


def _lua_sign(sign: str) -> str:
    return sign if re.fullmatch(r"[\w@:/-]", sign, re.ASCII) else "".join(f"\\{byte:03}" for byte in sign.encode())


def _route(route: LogRoute, names: Mapping[str, str]) -> Section:
    """The first that matches wins: the others ask whether there is a route already."""
    conditions = [
        ("Condition", f"Key_Value_Matches ${names[it]} {_pattern(regex)}") for it, regex in route.when.items()
    ]
    return _filter("modify", ("Condition", "Key_Does_Not_Exist $route"), *conditions, ("Set", f"route {route.name}"))


def _pattern(regex: str) -> str:
    """Without signs at which Fluent Bit would take it apart: blanks, quotes, ``${…}`` and slashes around it."""
    safe = re.sub(r"\\.|[ \"']", lambda sign: _UNSAFE.get(sign[0][-1], sign[0]), regex)
    return f"\\{safe}" if safe.startswith("/") else safe


_UNSAFE = {" ": r"\x20", '"': r"\x22", "'": r"\x27", "$": r"\x24"}


def _tags() -> Section:
    """Records with a new tag come into the pipeline again, where none of these filters asks for them."""
    return _filter("rewrite_tag", ("Rule", "$route ^.+$ slipway.$route false"), ("Emitter_Name", "slipway_routes"))


def _output(route: LogRoute, environment: Environment, service: str) -> Section:
    tag, region = f"slipway.{route.name}", environment.region
    if route.drop:
        return _dropped(tag)
    if route.to == "s3":
        return _to_bucket(tag, route, bucket_of(route, environment), prefix_of(route, service), region)
    if route.to == "firehose":
        return _to_stream(tag, str(route.stream), region)
    return _to_log_group(tag, naming.route_log_group(environment.name, service, route.name), region)


def _to_log_group(tag: str, group: str, region: str) -> Section:
    return "OUTPUT", [
        ("Name", "cloudwatch_logs"),
        ("Match", tag),
        ("Region", region),
        ("Log_Group_Name", group),
        ("Log_Stream_Name", naming.log_stream("${ECS_TASK_ID}")),
        ("Log_Key", "log"),
        ("Auto_Create_Group", "Off"),
        ("Retry_Limit", "5"),
    ]


def _to_bucket(tag: str, route: LogRoute, bucket: str, prefix: str, region: str) -> Section:
    """An object for what comes within five minutes. Athena and Glue read days and hours off the key. Put at once, an
    object takes no right but to put it; and each route has a buffer of its own, which Fluent Bit calls by the bucket.
    """
    return "OUTPUT", [
        ("Name", "s3"),
        ("Match", tag),
        ("Region", region),
        ("Bucket", bucket),
        ("S3_Key_Format", f"/{prefix}date=%Y-%m-%d/hour=%H/%H%M%S-$UUID.gz"),
        ("Use_Put_Object", "On"),
        ("Compression", "gzip"),
        ("Total_File_Size", "50M"),
        ("Upload_Timeout", "5m"),
        ("Store_Dir", f"/tmp/fluent-bit/s3-{route.name}"),
        ("Log_Key", "log"),
        ("Retry_Limit", "5"),
    ]


def _to_stream(tag: str, stream: str, region: str) -> Section:
    return "OUTPUT", [
        ("Name", "kinesis_firehose"),
        ("Match", tag),
        ("Region", region),
        ("Delivery_Stream", stream),
        ("Log_Key", "log"),
        ("Retry_Limit", "5"),
    ]


def _dropped(tag: str) -> Section:
    return "OUTPUT", [("Name", "null"), ("Match", tag)]
