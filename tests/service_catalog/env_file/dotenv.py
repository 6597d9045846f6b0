"""Env files as dotenv readers take them: what people expect of a file that looks like this, and ECS does not do.

There is no standard, so the reader comes in dialects; each trait is one in which readers in wide use differ.
"""

import re
from dataclasses import dataclass

_NEWLINE = re.compile(r"\r\n|\r|\n")
_NAME = r"[A-Za-z0-9_.-]+"
_SETTING = re.compile(rf"[ \t]*(?:export[ \t]+)?({_NAME})[ \t]*(=|:[ \t])[ \t]*")
_QUOTED = {
    quote: re.compile(rf"{quote}((?:\\.|[^\\{quote}])*){quote}[ \t]*(?:#[^\n]*)?(?:\n|$)", re.DOTALL)
    for quote in ("'", '"', "`")
}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True)
class Dialect:
    any_hash_comments: bool = False
    """``a#b`` is ``a``, and not only ``a #b``"""
    takes_colons: bool = False
    expands: bool = False
    """``$NAME`` is what NAME is: nothing, in these tests"""
    escapes: bool = True
    """``\\n`` between double quotes is a newline"""
    joins: bool = False
    """A backslash at the end of a line joins it with the next"""
    trims_unicode: bool = True
    backticks: bool = False


DIALECTS = [
    Dialect(),
    Dialect(any_hash_comments=True, takes_colons=True, backticks=True),
    Dialect(expands=True, escapes=False),
    Dialect(joins=True, trims_unicode=False),
]


def read(text: str, dialect: Dialect) -> dict[str, str]:
    """The last setting of a name wins."""
    text = _NEWLINE.sub("\n", text)
    if dialect.joins:
        text = text.replace("\\\n", "")
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        name = _SETTING.match(text, at)
        if name and (name[2] == "=" or dialect.takes_colons):
            found[name[1]], at = _value(text, name.end(), dialect)
        else:
            at = _end_of_line(text, at)
    return found


def is_name(key: str) -> bool:
    return re.fullmatch(_NAME, key) is not None


def _value(text: str, start: int, dialect: Dialect) -> tuple[str, int]:
    quote = text[start : start + 1]
    quoted = _QUOTED[quote].match(text, start) if quote in _QUOTED and (quote != "`" or dialect.backticks) else None
    if quoted:
        return _unescaped(quoted[1], quote, dialect), quoted.end()
    end = _end_of_line(text, start)
    comment = "#" if dialect.any_hash_comments else r"(?:^|\s)#"
    bare = re.split(comment, text[start:end].rstrip("\n"), maxsplit=1)[0]
    return _expanded(bare.strip() if dialect.trims_unicode else bare.strip(" \t"), dialect), end


def _unescaped(inner: str, quote: str, dialect: Dialect) -> str:
    if quote == '"':
        inner = _expanded(inner, dialect)
        if dialect.escapes:
            inner = re.sub(r"\\([nrt])", lambda sign: _ESCAPES[sign[1]], inner)
    return re.sub(rf"\\([\\{quote}])", r"\1", inner)


def _expanded(value: str, dialect: Dialect) -> str:
    return re.sub(r"\$\{[^}]*\}|\$[A-Za-z_]\w*", "", value) if dialect.expands else value


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end + 1
