"""The README's field tables, made from the model: ``python -m service_catalog.reference.field_table`` prints them."""

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from service_catalog.model import Environment, Service

HEADER = "| field | takes | default | what it does |\n| --- | --- | --- | --- |"


def table(model: type[BaseModel]) -> str:
    """A Markdown table with a row for each field, nested ones by their path."""
    return "\n".join([HEADER, *rows(model)])


def rows(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, info in model.model_fields.items():
        nested, suffix = _nested_model(info.annotation)
        path = f"{prefix}{name}{suffix}"
        takes = "" if nested else _takes(info.annotation)
        yield f"| `{path}` | {takes} | {_default(info, nested is not None)} | {info.description} |"
        if nested:
            yield from rows(nested, f"{path}.")


def _nested_model(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """The model inside an annotation, and how its path is written: ``[]`` for lists, ``.KEY`` for mappings."""
    for inner in _unwrapped(annotation):
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return inner, ""
        found = next((model for part in get_args(inner) if (model := _nested_model(part)[0])), None)
        if found and get_origin(inner) is tuple:
            return found, "[]"
        if found and get_origin(inner) is dict:
            return found, ".KEY"
    return None, ""


def _unwrapped(annotation: Any) -> list[Any]:
    """The alternatives of an annotation, without Annotated and None."""
    if get_origin(annotation) is Annotated:
        return _unwrapped(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [inner for part in get_args(annotation) if part is not NoneType for inner in _unwrapped(part)]
    return [annotation]


def _takes(annotation: Any) -> str:
    words = []
    for inner in _unwrapped(annotation):
        if get_origin(inner) is Literal:
            options = get_args(inner)
            words.append(" · ".join(f"`{option}`" for option in options) if len(options) < 6 else "one of CloudWatch's")
        elif get_origin(inner) is tuple:
            words.append(f"list of {_takes(get_args(inner)[0])}")
        elif get_origin(inner) is dict:
            words.append("mapping of text")
        else:
            words.append({str: "text", int: "number", bool: "`true` · `false`"}[inner])
    return " or ".join(words)


def _default(info: FieldInfo, nested: bool) -> str:
    if info.is_required():
        return "required"
    default = info.get_default(call_default_factory=True)
    if nested or default in (None, "", (), {}):
        return "–"
    if isinstance(default, tuple):
        return f"`[{', '.join(default)}]`"
    return f"`{str(default).lower()}`" if isinstance(default, bool) else f"`{default}`"


if __name__ == "__main__":
    for title, model in (("A service", Service), ("An environment", Environment)):
        print(f"### {title}\n\n{table(model)}\n")
