"""The model as a tree of fields, read off it once: what form, YAML writer, docs, messages and checks ask.

A field's path is what a person writes in the YAML, with ``KEY`` for any key of a mapping and ``ITEM`` for any item of a
list: ``("secrets", KEY, "ssm")``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from service_catalog.attribute_docstrings import docstring
from service_catalog.model import Kind, OnlyFor

KINDS: tuple[Kind, ...] = get_args(Kind)
KEY, ITEM = "KEY", "ITEM"

Shape = Literal["text", "number", "decimal", "switch", "choice", "group", "list", "mapping", "tuple", "union"]
"""``choice`` takes one of some values, ``group`` named fields, ``list`` and ``mapping`` any number of one shape,
``tuple`` one of each of its ``parts``, ``union`` one of them."""

_SCALARS: dict[Any, Shape] = {str: "text", int: "number", float: "decimal", bool: "switch"}


@dataclass(frozen=True)
class Limits:
    low: float | None = None
    high: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class Field:
    path: tuple[str, ...]
    shape: Shape
    is_required: bool = False
    is_optional: bool = False
    """Whether it may be nothing at all"""
    default: Any = None
    """As YAML would say it; of a required field None"""
    model_default: Any = None
    """As the model has it"""
    choices: tuple[Any, ...] = ()
    limits: Limits = Limits()
    kinds: tuple[Kind, ...] = KINDS
    """The kinds of service that have it"""
    parts: tuple["Field", ...] = ()
    """A group's fields, a list's item, a mapping's key and value, what a tuple holds, what a union may be"""
    model: type[BaseModel] | None = None
    """Of a group"""
    holder: type[BaseModel] | None = None
    """Of what a group names"""

    @cached_property
    def description(self) -> str:
        return docstring(self.holder, self.name) if self.holder else ""

    @property
    def name(self) -> str:
        return self.path[-1]

    @cached_property
    def fields(self) -> dict[str, "Field"]:
        """Of a group, by name."""
        return {part.name: part for part in self.parts} if self.shape == "group" else {}

    @property
    def inner(self) -> "Field":
        """What a list or a mapping holds many of."""
        return self.parts[-1]

    def below(self, step: str | int) -> "Field | None":
        """What stands under a key or an index."""
        if self.shape == "group":
            return self.fields.get(str(step))
        if self.shape in ("list", "mapping"):
            return self.inner
        if self.shape == "tuple":
            return self.parts[step] if isinstance(step, int) and step < len(self.parts) else None
        return next((found for part in self.parts if (found := part.below(step))), None)

    def at(self, path: Sequence[str | int]) -> "Field | None":
        """What an entry's path leads to: ``("permissions", 0, "queue")``."""
        found: Field | None = self
        for step in path:
            found = found.below(step) if found else None
        return found

    def walk(self) -> Iterator["Field"]:
        """Everything below, a group before its fields."""
        for part in self.parts:
            yield part
            yield from part.walk()


@cache
def tree(model: type[BaseModel]) -> Field:
    """Of a whole model: a group without a path."""
    return _field_of(model, (), KINDS, ())


def _of_model(model: type[BaseModel], path: tuple[str, ...], kinds: tuple[Kind, ...]) -> Field:
    parts = tuple(_named(model, info, (*path, name), kinds) for name, info in model.model_fields.items())
    return Field(path, "group", kinds=kinds, parts=parts, model=model)


def _named(holder: type[BaseModel], info: FieldInfo, path: tuple[str, ...], kinds: tuple[Kind, ...]) -> Field:
    own = next((it.kinds for it in info.metadata if isinstance(it, OnlyFor)), KINDS)
    field = _field_of(info.annotation, path, tuple(kind for kind in kinds if kind in own), info.metadata)
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    return replace(
        field,
        holder=holder,
        is_required=info.is_required(),
        default=_plain(default),
        model_default=default,
    )


def _plain(default: Any) -> Any:
    if isinstance(default, BaseModel):
        return default.model_dump(mode="json")
    return list(default) if isinstance(default, tuple) else default


def _field_of(annotation: Any, path: tuple[str, ...], kinds: tuple[Kind, ...], metadata: Sequence[Any]) -> Field:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _field_of(arguments[0], path, kinds, [*metadata, *arguments[1:]])
    if origin in (Union, UnionType):
        return _of_union(arguments, path, kinds, metadata)
    if origin is Literal:
        return Field(path, "choice", choices=arguments, kinds=kinds)
    limits = _limits(metadata)
    if origin is dict:
        key, value = _field_of(arguments[0], path, kinds, ()), _field_of(arguments[1], (*path, KEY), kinds, ())
        return Field(path, "mapping", kinds=kinds, limits=limits, parts=(key, value))
    if origin is tuple and arguments[-1] is not Ellipsis:
        parts = tuple(_field_of(it, (*path, ITEM), kinds, ()) for it in arguments)
        return Field(path, "tuple", kinds=kinds, parts=parts)
    if origin in (tuple, list):
        return Field(
            path, "list", kinds=kinds, limits=limits, parts=(_field_of(arguments[0], (*path, ITEM), kinds, ()),)
        )
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _of_model(annotation, path, kinds)
    if annotation not in _SCALARS:
        raise TypeError(f"{'.'.join(path)}: there is no shape for {annotation!r} in service_catalog/fields.py")
    return Field(path, _SCALARS[annotation], kinds=kinds, limits=limits)


def _of_union(options: Sequence[Any], path: tuple[str, ...], kinds: tuple[Kind, ...], metadata: Sequence[Any]) -> Field:
    parts = tuple(_field_of(it, path, kinds, metadata) for it in options if it is not NoneType)
    only = parts[0] if len(parts) == 1 else Field(path, "union", kinds=kinds, parts=parts)
    return replace(only, is_optional=NoneType in options)


def _limits(metadata: Sequence[Any]) -> Limits:
    """Of pydantic's constraints, wherever they were written: in ``Field(…)``, in ``StringConstraints(…)``."""
    found: dict[str, Any] = {}
    for constraint in _flat(metadata):
        for ours, theirs in (("low", "ge"), ("high", "le"), *((it, it) for it in _LENGTHS)):
            value = getattr(constraint, theirs, None)
            found |= {} if value is None else {ours: value}
    return Limits(**found)


_LENGTHS = ("min_length", "max_length", "pattern")


def _flat(metadata: Sequence[Any]) -> Iterator[Any]:
    for it in metadata:
        yield from _flat(it.metadata) if isinstance(it, FieldInfo) else [it]
