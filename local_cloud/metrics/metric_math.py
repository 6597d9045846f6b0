"""CloudWatch's metric math, for the values of one period: arithmetic, comparisons, and the functions below.

A value that is missing makes whatever is computed of it missing, but for those that take what is there (MAX of several,
FILL). An expression that uses more than that is refused, never guessed.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

Value = float | None

_ARITHMETIC: Mapping[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_COMPARISONS: Mapping[type, Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_OF_SEVERAL: Mapping[str, Callable[[list[float]], float]] = {
    "MAX": max,
    "MIN": min,
    "SUM": sum,
    "AVG": lambda values: sum(values) / len(values),
}
_OF_ONE: Mapping[str, Callable[[float], float]] = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor}


class UnknownMath(Exception):
    """An expression that is not understood here."""


def compute(expression: str, value_of: Callable[[str], Value]) -> Value:
    """``value_of``: of a metric or another expression, by its id. Raises UnknownMath."""
    try:
        return _value(ast.parse(expression, mode="eval").body, value_of)
    except SyntaxError as error:
        raise UnknownMath(expression) from error
    except ZeroDivisionError:
        return None


def _value(node: ast.expr, value_of: Callable[[str], Value]) -> Value:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return value_of(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            found = _value(operand, value_of)
            return None if found is None else -found
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            return _both(_ARITHMETIC[type(op)], left, right, value_of)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
            return _both(_COMPARISONS[type(op)], left, right, value_of)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _call(name, arguments, value_of)
    raise UnknownMath(ast.unparse(node))


def _both(
    how: Callable[[float, float], Any], left: ast.expr, right: ast.expr, value_of: Callable[[str], Value]
) -> Value:
    one, other = _value(left, value_of), _value(right, value_of)
    return None if one is None or other is None else float(how(one, other))


def _call(name: str, arguments: list[ast.expr], value_of: Callable[[str], Value]) -> Value:
    match name, arguments:
        case "IF", [condition, then, otherwise]:
            is_met = _value(condition, value_of)
            return None if is_met is None else _value(then if is_met else otherwise, value_of)
        case "FILL", [series, instead]:
            found = _value(series, value_of)
            return _value(instead, value_of) if found is None else found
        case _, [ast.List(elts=several)] if name in _OF_SEVERAL:
            there = [found for one in several if (found := _value(one, value_of)) is not None]
            return _OF_SEVERAL[name](there) if there else None
        case _, [one] if name in _OF_ONE:
            found = _value(one, value_of)
            return None if found is None else float(_OF_ONE[name](found))
    raise UnknownMath(name)
