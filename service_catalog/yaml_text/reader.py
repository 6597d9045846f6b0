"""YAML text to a mapping, and everything that is refused on the way.

libyaml's parser hands over its events one by one, and the mapping is built from them directly. So an anchor or a second
document is met before anything is expanded or built, and the whole costs less than ``CSafeLoader`` takes for nodes and
objects. What YAML readers disagree about (``no``, ``0123``, ``12:30``, ``2026-11-21``) is refused, not guessed: an
``Unclear`` takes its place until code that knows the field says what it must be.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from yaml.events import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent

from service_catalog.messages import Message, say
from service_catalog.problems import CatalogError, Problem, for_message
from service_catalog.yaml_text import lookalikes

SIZE_MAX = 64 * 1024
DEPTH_MAX = 20
_CONFLICT = re.compile(r"\n(<{7}|\|{7}|={7}|>{7})( |\r?$)", re.MULTILINE)
"""What Git writes around both sides: at a line's begin, where no entry holds such a word. Asked for the line's end
before it, a search takes a third of the time."""


@dataclass(frozen=True)
class Unclear:
    """An unquoted word that YAML readers disagree about. No model takes it."""

    word: str
    readings: str
    """A sentence that says which reader takes it for what"""

    def __str__(self) -> str:
        return self.word


def read_mapping(content: bytes | str, file: str, on_conflict: str | None = None) -> dict[str, Any]:
    """Keys are always text, as written. Raises CatalogError with every reason; ``on_conflict`` is what to do about one
    that Git left."""
    found, unclear = read_unclear(content, file, on_conflict)
    if unclear:
        raise CatalogError(unclear)
    return found


def read_unclear(
    content: bytes | str, file: str, on_conflict: str | None = None
) -> tuple[dict[str, Any], list[Problem]]:
    """For callers that know the fields: the mapping, with an ``Unclear`` for each unclear word, and their problems."""
    text = _decoded(content, file)
    _refuse_conflict(text, file, on_conflict or say("settle it"))
    reader = _Reader(text, file)
    try:
        found = reader.document()
    except yaml.MarkedYAMLError as error:
        raise CatalogError([_not_yaml(error, text, file)]) from error
    except yaml.YAMLError as error:
        reason = str(error).splitlines()[0]
        raise CatalogError([Problem(file, "", say("is not YAML: %(reason)s", reason=reason))]) from error
    if len(reader.problems) > len(reader.unclear):
        raise CatalogError(reader.problems)
    if not isinstance(found, dict):
        message = say("must hold fields (key: value), got %(given)s", given=for_message(found))
        raise CatalogError([Problem(file, "", message, lookalikes.hint(found), line=1)])
    return found, reader.unclear


def _decoded(content: bytes | str, file: str) -> str:
    try:
        raw = content.encode() if isinstance(content, str) else content
        if len(raw) > SIZE_MAX:
            size, most = f"{len(raw) / 1024:.0f}", SIZE_MAX // 1024
            message = say("is %(size)s KB long; an entry holds %(max)s KB at most", size=size, max=most)
            raise CatalogError([Problem(file, "", message)])
        return raw.decode()
    except UnicodeError as error:
        raise CatalogError([Problem(file, "", say("is not UTF-8 text"), say("save it as UTF-8"))]) from error


def _refuse_conflict(text: str, file: str, hint: str) -> None:
    found = _CONFLICT.search("\n" + text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise CatalogError([Problem(file, "", say("holds a merge conflict"), hint, line)])


def _not_yaml(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    """The parser points to where it gave up; a sign that it took for text often stands some lines before."""
    mark, lines = error.problem_mark, text.splitlines()
    if mark is None:
        return Problem(file, "", say("is not YAML: %(reason)s", reason=error.problem))
    begin = error.context_mark.line if error.context_mark else 0
    for number in range(min(mark.line, len(lines) - 1), begin - 1, -1):
        told = lookalikes.told_of_line(lines[number])
        if told:
            return Problem(file, "", *told, number + 1)
    sign = lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else ""
    return Problem(file, "", *_odd_sign(str(error.problem), sign), mark.line + 1)


def _odd_sign(problem: str, sign: str) -> tuple[Message, Message | str]:
    if sign == "\t" or "tab character" in problem:
        return say("holds a tab"), say("indent with spaces")
    if "cannot start any token" in problem:
        return say("%(sign)s cannot begin a value", sign=for_message(sign)), say("put the value in quotes")
    return say("is not YAML: %(reason)s", reason=problem), ""


class _Reader:
    """Builds one document from the parser's events and collects everything it refuses."""

    def __init__(self, text: str, file: str):
        self._next: Callable[[], Any] = yaml.CSafeLoader(text).get_event
        self._file = file
        self.problems: list[Problem] = []
        self.unclear: list[Problem] = []
        """Those of the problems that somebody who knows the field can say better"""

    def document(self) -> Any:
        self._next()  # the stream's start
        if not isinstance(self._next(), yaml.DocumentStartEvent):
            return None
        found = self._value(self._next(), 0)
        self._next()  # the document's end
        after = self._next()
        if isinstance(after, yaml.DocumentStartEvent):
            hint = say("one file holds one entry; remove the '---' and what follows")
            self._refuse(after, say("has a second document"), hint)
        return found

    def _value(self, event: Any, depth: int) -> Any:
        if depth > DEPTH_MAX:
            # Deeper means a mistake or an attack, and going on would use up the stack.
            raise CatalogError(
                [*self.problems, self._problem(event, say("is nested more than %(max)s deep", max=DEPTH_MAX))]
            )
        if event.__class__ is ScalarEvent and event.anchor is event.tag is None:
            return self._scalar(event)
        if event.anchor is not None:
            self._refuse_anchor(event)
        if event.__class__ is AliasEvent:
            return None
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._refuse(
                event, say("tags like %(tag)s are refused", tag=for_message(tag)), say("write the plain value")
            )
        if event.__class__ is ScalarEvent:
            return self._scalar(event)
        return self._mapping(depth) if event.__class__ is MappingStartEvent else self._list(depth)

    def _mapping(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while (event := self._next()).__class__ is not MappingEndEvent:
            key = self._key(event, depth)
            if key in found:
                self._refuse(event, say("%(key)s is listed twice", key=for_message(key)), say("keep one of the two"))
            found[key] = self._value(self._next(), depth + 1)
        return found

    def _key(self, event: Any, depth: int) -> str:
        if event.__class__ is not ScalarEvent:
            self._value(event, depth + 1)
            self._refuse(event, say("a key must be a word"))
            return ""
        if event.anchor is not None:
            self._refuse_anchor(event)
        key = event.value
        if not key.isascii() and event.implicit[0] and (told := lookalikes.told_of_key(key)):
            self._refuse(event, *told)
        return key

    def _list(self, depth: int) -> list[Any]:
        found = []
        while (event := self._next()).__class__ is not SequenceEndEvent:
            found.append(self._value(event, depth + 1))
        return found

    def _scalar(self, event: Any) -> Any:
        if not event.implicit[0]:  # quoted, or a block of text
            return event.value
        value, readings = plain_value(event.value)
        if not readings:
            return value
        self._refuse(event, readings, say("put it in quotes if it is text"))
        self.unclear.append(self.problems[-1])
        return Unclear(event.value, readings)

    def _refuse_anchor(self, event: Any) -> None:
        sign = "*" if event.__class__ is AliasEvent else "&"
        message = say("anchors and aliases (%(name)s) are refused", name=f"{sign}{event.anchor}")
        self._refuse(event, message, say("write the value out"))

    def _refuse(self, event: Any, message: str, hint: str = "") -> None:
        self.problems.append(self._problem(event, message, hint))

    def _problem(self, event: Any, message: str, hint: str = "") -> Problem:
        return Problem(self._file, "", message, hint, event.start_mark.line + 1)


_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_OTHER_READINGS = {
    "tag:yaml.org,2002:bool": say("true or false"),
    "tag:yaml.org,2002:timestamp": say("a date"),
    "tag:yaml.org,2002:merge": say("a command to merge"),
}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,15})")
_FRACTION = re.compile(r"[-+]?(0|[1-9][0-9]{0,15})\.[0-9]{1,15}")
_NOT_ALWAYS_TEXT = frozenset(yaml.CSafeLoader.yaml_implicit_resolvers)
"""With which a word begins that some YAML reader takes for something else than text"""
_NUMBER_TO_SOME = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[0-9]+)")


@lru_cache(maxsize=4096)
def plain_value(word: str) -> tuple[Any, str]:
    """What an unquoted word means, and, when YAML readers disagree about that, a sentence that says so."""
    if word in _NOTHING:
        return None, ""
    if word[0] not in _NOT_ALWAYS_TEXT:
        return word, ""
    if word in _TRUTH:
        return _TRUTH[word], ""
    if _WHOLE.fullmatch(word):
        return int(word), ""
    if _FRACTION.fullmatch(word):
        return float(word), ""
    return word, _disagreement(word)


def _disagreement(word: str) -> str:
    candidates = yaml.CSafeLoader.yaml_implicit_resolvers.get(word[0], ())
    tag = next((tag for tag, pattern in candidates if pattern.match(word)), None)
    if tag is None and not _NUMBER_TO_SOME.fullmatch(word):
        return ""
    other = _OTHER_READINGS.get(tag or "") or say("a number")
    return say("%(word)s is text to some YAML readers and %(other)s to others", word=for_message(word), other=other)
