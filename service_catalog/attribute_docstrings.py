"""What stands below the fields of a model in its source. Pydantic could read it too, but as each class is made: 70 ms
of every start, for what few processes ever show."""

import ast
import inspect
import sys
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from pydantic import BaseModel


def docstring(model: type[BaseModel], field: str) -> str:
    """Of the class, or of the nearest above it that says what the field is. Empty where none does."""
    found = (_of_module(it.__module__).get(it.__name__, {}).get(field) for it in model.__mro__ if it is not object)
    return next((it for it in found if it), "")


@cache
def _of_module(name: str) -> Mapping[str, Mapping[str, str]]:
    """By class and field."""
    body = ast.parse(inspect.getsource(sys.modules[name])).body
    return {it.name: _of_class(it) for it in body if isinstance(it, ast.ClassDef)}


def _of_class(node: ast.ClassDef) -> Mapping[str, str]:
    return {
        field.target.id: inspect.cleandoc(below.value.value)
        for field, below in pairwise(node.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }
