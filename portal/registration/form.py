"""The form that registers a service, made from the model: a field of the model is a field of the form by itself.

Three shapes of one entry: the answers as a browser posts them (``{"compute.cpu": "256"}``), the mapping that becomes
YAML, and the YAML. Nothing is judged here: an answer that is no number goes on as text, and the catalog's own
validator says so.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from service_catalog.model import Service
from service_catalog.validation.not_yet import NOT_YET_FIELDS

Control = Literal["text", "number", "choice", "switch", "lines", "rows"]
Answers = Mapping[str, str]

KEY = "KEY"
"""The part of a row that is the mapping's key."""
VALUE = "VALUE"
SPARE_ROWS = 2
MORE = "more"
"""An answer beside a field of rows: how many spare rows somebody asked for"""
_MORE_MAX = 20
OVERRIDES = "overrides"
"""An answer beside the model's: what is different in an environment, as YAML."""
_ROWS_MAX = 1000
_ROW_NUMBER = "(0|[1-9][0-9]{0,2})"
"""Other numbers are no form's of ours; a huge one would ask for a huge page."""


@dataclass(frozen=True)
class Field:
    path: str
    """As in the YAML: ``compute.cpu``"""
    hint: str
    control: Control
    choices: tuple[Any, ...] = ()
    default: Any = None
    is_required: bool = False
    is_section: bool = False
    """A switch that adds or leaves out everything below its path"""
    parts: tuple["Field", ...] = ()
    """Of one row; the first may be its ``KEY``"""


def fields(model: type[BaseModel] = Service, prefix: str = "") -> Iterator[Field]:
    """Every leaf of the model, in its order."""
    for name, info in model.model_fields.items():
        path = prefix + name
        inner = _unwrapped(info.annotation)
        if _is_model(inner):
            if info.default is None:
                yield Field(path, info.description or "", "switch", is_section=True)
            yield from fields(inner, f"{path}.")
        else:
            yield _leaf(path, info, inner)


def mapping(answers: Answers) -> dict[str, Any]:
    """What the YAML will say: blanks and defaults are left out."""
    found: dict[str, Any] = {}
    left_out = tuple(f"{field.path}." for field in FIELDS if field.is_section and not answers.get(field.path))
    for field in FIELDS:
        if field.path.startswith(left_out) if left_out else False:
            continue
        if field.is_section:
            _put(found, field.path, {}) if answers.get(field.path) else None
        elif (value := _value(field, answers)) not in (None, "", [], {}, field.default):
            _put(found, field.path, value)
    return found


def answers(entry: Mapping[str, Any]) -> dict[str, str]:
    """The other way: a mapping as the form shows it, defaults filled in."""
    found: dict[str, str] = {}
    for field in FIELDS:
        value = _get(entry, field.path)
        if field.is_section:
            found |= {field.path: "on"} if value is not None else {}
        elif field.control == "rows":
            found |= _row_answers(field, value)
        else:
            found |= _answer(field, field.default if value is None else value)
    return found


def rows(field: Field, given: Answers) -> list[int]:
    """The numbers of the rows to show: those that hold something, and a few spare ones."""
    telling = {part.path for part in field.parts if _tells(part)}
    used = {
        int(name.split(".")[-2])
        for name, value in given.items()
        if value and _is_row_of(field, name) and name.rpartition(".")[2] in telling
    }
    first_spare = max(used, default=-1) + 1
    return [*sorted(used), *range(first_spare, min(first_spare + SPARE_ROWS + _more(field, given), _ROWS_MAX))]


def with_more_rows(path: str, given: Answers) -> dict[str, str]:
    """The answers, with room for as many rows again below ``path``."""
    field = next((it for it in FIELDS if it.path == path and it.control == "rows"), None)
    more = {f"{path}.{MORE}": str(min(_more(field, given) + SPARE_ROWS, _MORE_MAX))} if field else {}
    return {**given, **more}


def _more(field: Field, given: Answers) -> int:
    asked = given.get(f"{field.path}.{MORE}", "")
    return min(int(asked), _MORE_MAX) if re.fullmatch(_ROW_NUMBER, asked) else 0


def repeated_keys(given: Answers) -> list[tuple[str, str]]:
    """Path and key of rows that say the same key: a mapping holds the last of them only."""
    keyed = filter(_is_keyed, FIELDS)
    counted = Counter((field.path, row.get(KEY, "")) for field in keyed for row in _filled_rows(field, given))
    return [told for told, count in counted.items() if count > 1]


# --- the model, read ------------------------------------------------------------------------------------------------


def _leaf(path: str, info: FieldInfo, inner: Any) -> Field:
    blank = Field(path, info.description or "", "text", default=_default(info), is_required=info.is_required())
    if inner is bool:
        return replace(blank, control="switch")
    if inner is int:
        return replace(blank, control="number")
    if get_origin(inner) is Literal:
        return replace(blank, control="choice", choices=get_args(inner))
    if get_origin(inner) is dict:
        return replace(blank, control="rows", parts=_row_parts(_unwrapped(get_args(inner)[1]), keyed=True))
    if get_origin(inner) is tuple:
        item = _unwrapped(get_args(inner)[0])
        return (
            replace(blank, control="rows", parts=_row_parts(item))
            if _is_model(item)
            else replace(blank, control="lines")
        )
    return blank


def _row_parts(item: Any, keyed: bool = False) -> tuple[Field, ...]:
    key = (Field(KEY, "", "text"),) if keyed else ()
    return key + (tuple(fields(item)) if _is_model(item) else (Field(VALUE, "", "text"),))


def _default(info: FieldInfo) -> Any:
    if info.is_required():
        return None
    default = info.get_default(call_default_factory=True)
    return list(default) if isinstance(default, tuple) else default


def _unwrapped(annotation: Any) -> Any:
    """The annotation without Annotated and without None."""
    if get_origin(annotation) is Annotated:
        return _unwrapped(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return _unwrapped(next(part for part in get_args(annotation) if part is not NoneType))
    return annotation


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


# --- answers to values ----------------------------------------------------------------------------------------------


def _value(field: Field, given: Answers) -> Any:
    if field.control == "rows":
        return _rows_value(field, given)
    answer = given.get(field.path, "")
    if field.path.endswith(f".{VALUE}"):
        return answer  # the value of a variable is taken as it was typed
    answer = answer.strip()
    if field.control == "switch":
        return bool(answer)
    if field.control == "lines":
        return [line.strip() for line in answer.splitlines() if line.strip()]
    if field.control == "choice":
        return next((choice for choice in field.choices if str(choice) == answer), answer)
    if field.control == "number" and re.fullmatch(r"0|-?[1-9][0-9]{0,8}", answer):
        return int(answer)
    return answer


def _rows_value(field: Field, given: Answers) -> Any:
    found = _filled_rows(field, given)
    if not _is_keyed(field):
        return found
    return {row.pop(KEY, ""): row.get(VALUE, "") if _is_pair(field) else row for row in found}


def _filled_rows(field: Field, given: Answers) -> list[dict[str, Any]]:
    return [row for number in rows(field, given) if (row := _row(field, number, given))]


def _row(field: Field, number: int, given: Answers) -> dict[str, Any]:
    values = {}
    for part in field.parts:
        value = _value(replace(part, path=f"{field.path}.{number}.{part.path}"), given)
        if value not in ("", None, False):
            values[part.path] = value
    said = [part.path for part in field.parts if _tells(part) and part.path in values]
    return values if said else {}


def _tells(part: Field) -> bool:
    """Whether an answer says that its row is in use: a choice always has one, and a switch says nothing alone."""
    return part.control not in ("choice", "switch")


# --- values to answers ----------------------------------------------------------------------------------------------


def _answer(field: Field, value: Any) -> dict[str, str]:
    if value is None:
        return {}
    if field.control == "switch":
        return {field.path: "on"} if value is True else {}
    if isinstance(value, list | tuple):
        return {field.path: "\n".join(map(str, value))}
    return {field.path: str(value)}


def _row_answers(field: Field, value: Any) -> dict[str, str]:
    if isinstance(value, Mapping):
        listed = [{KEY: key, **(item if isinstance(item, Mapping) else {VALUE: item})} for key, item in value.items()]
    else:
        items = value if isinstance(value, list) else []
        listed = [dict(item) for item in items if isinstance(item, Mapping)]
    found: dict[str, str] = {}
    for number, row in enumerate(listed):
        for part in field.parts:
            if row.get(part.path) is not None:
                found |= _answer(replace(part, path=f"{field.path}.{number}.{part.path}"), row[part.path])
    return found


def _is_keyed(field: Field) -> bool:
    return any(part.path == KEY for part in field.parts)


def _is_pair(field: Field) -> bool:
    return any(part.path == VALUE for part in field.parts)


def _is_row_of(field: Field, name: str) -> bool:
    return re.fullmatch(rf"{re.escape(field.path)}\.{_ROW_NUMBER}\.\w+", name) is not None


def _put(found: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for step in above:
        found = found.setdefault(step, {})
    found[last] = value


def _get(entry: Any, path: str) -> Any:
    for step in path.split("."):
        entry = entry.get(step) if isinstance(entry, Mapping) else None
    return entry


_LATER = ("kind", "links", "queue", "schedule", "run", *(".".join(path) for path in NOT_YET_FIELDS))
FIELDS = tuple(it for it in fields() if not f"{it.path}.".startswith(tuple(f"{later}." for later in _LATER)))
