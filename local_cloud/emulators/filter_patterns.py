"""Filter patterns of CloudWatch Logs: which lines they find.

MiniStack finds every line by a JSON pattern, and takes what AWS refuses. Three kinds, told apart by their first sign:
terms (``ERROR "no route" -debug``), JSON (``{ $.status >= 500 }``), columns (``[ip, ..., status = 5*]``). Terms and
values are case-sensitive; ``%…%`` is a regular expression.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Matcher = Callable[[str], bool]
_Test = Callable[[Any], bool]

LONGEST = 1024
_MISSING = object()
_TERM = re.compile(r'(?P<sign>[-?]?)(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<regex>%[^%]*%)|(?P<bare>[^\s"%]+))(?=\s|$)')
_WORD = re.compile(r"[A-Za-z0-9_]+")
_REGEX_SIGNS = re.compile(r"(?:[A-Za-z0-9:_#=@/;, \-^$?\[\]{}|*+.]|\\[\x21-\x7e])*")
_COLUMN = re.compile(r'"((?:[^"\\]|\\.)*)"|\[([^\]]*)\]|(\S+)')
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<path>\$(?:\.[\w\-/@]+|\[(?:\d+|\*)\]|\.?\[(?:'[^']*'|"[^"]*")\])*)
      | (?P<sign>&&|\|\||\(|\)|!=|<=|>=|=|<|>)
      | (?P<is>IS\s+(?:NULL|TRUE|FALSE)\b|NOT\s+EXISTS\b|EXISTS\b)
      | "(?P<quoted>(?:[^"\\]|\\.)*)" | (?P<regex>%[^%]*%) | (?P<bare>[^\s()&|"%=<>!]+)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_STEP = re.compile(r"""\.?\[(\d+|\*|'[^']*'|"[^"]*")\]|\.([\w\-/@]+)""")
_IS: Mapping[str, _Test] = {
    "IS NULL": lambda value: value is None,
    "IS TRUE": lambda value: value is True,
    "IS FALSE": lambda value: value is False,
    "NOT EXISTS": lambda value: value is _MISSING,
    "EXISTS": lambda value: value is not _MISSING,
}


class InvalidPattern(ValueError):
    """AWS would refuse it."""


def matcher(pattern: str) -> Matcher:
    pattern = pattern.strip()
    if len(pattern) > LONGEST:
        raise InvalidPattern(f"Filter pattern exceeds {LONGEST} characters")
    if pattern.startswith("{"):
        return _json(pattern)
    return _columns(pattern) if pattern.startswith("[") else _terms(pattern)


def _regex(said: str) -> re.Pattern[str]:
    """Without groups: AWS takes none."""
    inner = said[1:-1]
    if not inner or not _REGEX_SIGNS.fullmatch(inner):
        raise InvalidPattern(f"Invalid character(s) in regular expression '{said}'")
    try:
        return re.compile(inner, re.ASCII)
    except re.error as error:
        raise InvalidPattern(f"Invalid regular expression '{said}': {error}") from error


def _unescaped(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted)


# --- terms ---


def _terms(pattern: str) -> Matcher:
    """All of them, and none of those with ``-``. Those with ``?`` are alternatives, and are ignored beside others."""
    found: dict[str, list[Matcher]] = {"": [], "-": [], "?": []}
    at = 0
    while at < len(pattern):
        said = _TERM.match(pattern, at)
        if said is None:
            raise InvalidPattern(f"Invalid filter pattern at '{pattern[at:][:40]}'")
        found[said["sign"]].append(_term(said))
        at = said.end() + len(pattern[said.end() :]) - len(pattern[said.end() :].lstrip())
    needed, barred, either = found[""], found["-"], found["?"]
    if either and not needed and not barred:
        return lambda line: any(fits(line) for fits in either)
    return lambda line: all(fits(line) for fits in needed) and not any(fits(line) for fits in barred)


def _term(said: re.Match[str]) -> Matcher:
    if said["regex"]:
        expression = _regex(said["regex"])
        return lambda line: expression.search(line) is not None
    word = said["bare"]
    if word is not None and not _WORD.fullmatch(word):
        raise InvalidPattern(f"Invalid character(s) in term '{word}'")
    text = word or _unescaped(said["quoted"])
    return lambda line: text in line


# --- comparisons, in JSON and in columns ---


def _comparison(sign: str, kind: str, said: str) -> _Test:
    """Of a value with what was written; ``kind`` is how it was written: quoted, regex or bare."""
    if kind == "regex":
        expression = _regex(said)
        found: _Test = lambda value: _is_plain(value) and expression.search(_text(value)) is not None  # noqa: E731
    elif (number := _number(said)) is not None and kind == "bare":
        return _of_numbers(sign, number)
    else:
        pieces = [re.escape(piece) for piece in (_unescaped(said) if kind == "quoted" else said).split("*")]
        whole = re.compile(".*".join(pieces), re.DOTALL)
        found = lambda value: _is_plain(value) and whole.fullmatch(_text(value)) is not None  # noqa: E731
    if sign == "=":
        return found
    if sign == "!=":
        return lambda value: _is_plain(value) and not found(value)
    raise InvalidPattern(f"'{sign}' compares numbers only, not '{said}'")


def _of_numbers(sign: str, number: float) -> _Test:
    tests: Mapping[str, Callable[[float], bool]] = {
        "=": lambda value: value == number,
        "!=": lambda value: value != number,
        "<": lambda value: value < number,
        ">": lambda value: value > number,
        "<=": lambda value: value <= number,
        ">=": lambda value: value >= number,
    }
    test = tests[sign]

    def fits(value: Any) -> bool:
        measured = None if isinstance(value, bool) else _number(_text(value)) if _is_plain(value) else None
        return test(measured) if measured is not None else sign == "!=" and _is_plain(value)

    return fits


def _number(said: str) -> float | None:
    return float(said) if re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", said) else None


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


# --- JSON ---


def _json(pattern: str) -> Matcher:
    if not pattern.endswith("}"):
        raise InvalidPattern("Invalid filter pattern: '}' is missing")
    fits = _Conditions(pattern[1:-1], _of_member).whole()

    def matches(line: str) -> bool:
        try:
            said = json.loads(line)
        except ValueError:
            return False
        return isinstance(said, dict | list) and fits(said)

    return matches


def _of_member(path: str, test: _Test) -> _Test:
    if not path.startswith("$"):
        raise InvalidPattern(f"Invalid property selector '{path}': it begins with '$.'")
    steps = [(index or name).strip("'\"") for index, name in _STEP.findall(path)]
    return lambda said: any(test(value) for value in _at(said, steps))


def _at(said: Any, steps: Sequence[str]) -> list[Any]:
    if not steps:
        return [said]
    step, rest = steps[0], steps[1:]
    if isinstance(said, list):
        chosen = said if step == "*" else said[int(step) : int(step) + 1] if step.isdigit() else []
        return [value for one in chosen for value in _at(one, rest)] or [_MISSING]
    if isinstance(said, dict) and step in said:
        return _at(said[step], rest)
    return [_MISSING]


class _Conditions:
    """``a = 1 && (b = 2 || c = 3)``: each names what it is about, and ``about`` says how to find that."""

    def __init__(self, text: str, about: Callable[[str, _Test], _Test], name: str = ""):
        self._about, self._name = about, name
        self._tokens = self._read(text)

    def _read(self, text: str) -> list[tuple[str, str]]:
        found, at = [], 0
        while text[at:].strip():
            said = _TOKEN.match(text, at)
            if said is None:
                raise InvalidPattern(f"Invalid filter pattern at '{text[at:].strip()[:40]}'")
            found.append((str(said.lastgroup), said[str(said.lastgroup)]))
            at = said.end()
        return found

    def whole(self) -> _Test:
        fits = self._either()
        if self._tokens:
            raise InvalidPattern(f"Invalid filter pattern at '{self._tokens[0][1]}'")
        return fits

    def _either(self) -> _Test:
        tests = [self._both()]
        while self._next("sign", "||"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda said: any(fits(said) for fits in tests)

    def _both(self) -> _Test:
        tests = [self._one()]
        while self._next("sign", "&&"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda said: all(fits(said) for fits in tests)

    def _one(self) -> _Test:
        if self._next("sign", "("):
            fits = self._either()
            if not self._next("sign", ")"):
                raise InvalidPattern("Invalid filter pattern: ')' is missing")
            return fits
        kind, name = self._take()
        if kind not in ("path", "bare"):
            raise InvalidPattern(f"Invalid filter pattern at '{name}'")
        if self._name and name != self._name:
            raise InvalidPattern(f"'{name}' is not the column '{self._name}'")
        kind, sign = self._take()
        if kind == "is":
            return self._about(name, _IS[" ".join(sign.upper().split())])
        if kind != "sign" or sign in ("&&", "||", "(", ")"):
            raise InvalidPattern(f"Invalid operator '{sign}'")
        kind, said = self._take()
        if kind not in ("quoted", "regex", "bare"):
            raise InvalidPattern(f"Invalid value '{said}'")
        return self._about(name, _comparison(sign, kind, said))

    def _take(self) -> tuple[str, str]:
        if not self._tokens:
            raise InvalidPattern("Invalid filter pattern: it ends too early")
        return self._tokens.pop(0)

    def _next(self, kind: str, said: str) -> bool:
        if self._tokens and self._tokens[0] == (kind, said):
            self._tokens.pop(0)
            return True
        return False


# --- columns ---


def _columns(pattern: str) -> Matcher:
    if not pattern.endswith("]"):
        raise InvalidPattern("Invalid filter pattern: ']' is missing")
    tests: list[_Test | None] = []
    for said in (it.strip() for it in pattern[1:-1].split(",")):
        if said == "...":
            tests.append(None)
            continue
        name = _WORD.match(said)
        if name is None:
            raise InvalidPattern(f"Invalid column '{said}'")
        is_bare = name.end() == len(said)
        tests.append((lambda value: True) if is_bare else _Conditions(said, lambda _, test: test, name[0]).whole())
    if tests.count(None) > 1:
        raise InvalidPattern("Invalid filter pattern: '...' stands once at most")
    return lambda line: _fit(tests, [next(filter(None, it), "") for it in _COLUMN.findall(line)])


def _fit(tests: Sequence[_Test | None], values: Sequence[str]) -> bool:
    if None in tests:
        at = tests.index(None)
        free = len(values) - (len(tests) - 1)
        if free < 0:
            return False
        tests = [*tests[:at], *[lambda value: True] * free, *tests[at + 1 :]]
    return len(tests) == len(values) and all(test is None or test(it) for test, it in zip(tests, values, strict=True))
