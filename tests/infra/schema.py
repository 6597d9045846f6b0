"""What the AWS provider's own schema says against a resource's inputs, all the way down.

The SDK refuses an argument it does not know, but takes any key in a nested dict; here those are checked too, by the
types that the SDK declares.
"""

import inspect
import keyword
import sys
import typing
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import pulumi_aws as aws
from pulumi import _types

from tests.infra.recorder import Made

_SCALARS: dict[str, type | tuple[type, ...]] = {"str": str, "bool": bool, "int": int, "float": (int, float)}


def problems(made: Made) -> list[str]:
    """For a type such as ``aws:ecs/service:Service``."""
    _, module, name = made.type.split(":")
    package = module.partition("/")[0]
    resource = getattr(getattr(aws, f"{package}_" if keyword.iskeyword(package) else package), name)
    home = sys.modules[resource.__module__]
    # Where a nested object has the name already, the SDK calls a resource's own arguments InitArgs.
    arguments = getattr(home, f"{name}InitArgs", None) or getattr(home, f"{name}Args")
    return [f"{made.type} {made.name}: {problem}" for problem in _object(arguments, made.inputs, "")]


def _object(arguments: type, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is no object"
        return
    known = _known(arguments)
    yield from (f"{path}{key} is not known" for key in value if key not in known)
    yield from (f"{path}{key} is missing" for key in _required(arguments) if key not in value)
    for key in known.keys() & value.keys():
        yield from _value(known[key], value[key], f"{path}{key}")


@cache
def _known(arguments: type) -> dict[str, Any]:
    return {key: _types.unwrap_type(type_) for key, type_ in _types.input_type_types(arguments).items()}


@cache
def _required(arguments: type) -> list[str]:
    names = _types.input_type_py_to_pulumi_names(arguments)
    parameters = inspect.signature(arguments).parameters.values()
    return [
        names.get(parameter.name, parameter.name)
        for parameter in parameters
        if parameter.default is inspect.Parameter.empty
    ]


def _value(type_: Any, value: Any, path: str) -> Iterator[str]:
    if typing.get_origin(type_) in (list, Sequence):
        element = _types.unwrap_type(typing.get_args(type_)[0])
        for index, item in enumerate(value):
            yield from _value(element, item, f"{path}[{index}]")
    elif inspect.isclass(type_) and _types.is_input_type(type_):
        yield from _object(type_, value, f"{path}.")
    elif inspect.isclass(type_) and type_.__name__ in _SCALARS and not _fits(type_.__name__, value):
        yield f"{path} is {value!r}, no {type_.__name__}"


def _fits(name: str, value: Any) -> bool:
    return isinstance(value, _SCALARS[name]) and (name == "bool" or not isinstance(value, bool))
