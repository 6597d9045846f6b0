"""Where a text says one thing to its reader and another to ECS, with the fix that makes both the same.

What can be mended comes one at a time, first the line's shape, then its key, then its value: a fix may be all it takes.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from service_catalog.env_file import keys, values
from service_catalog.env_file.agreement import agreed
from service_catalog.env_file.grammar import Line, lines
from service_catalog.env_file.joined_lines import together
from service_catalog.env_file.lookalikes import BLANKS, CONTROLS, half_width
from service_catalog.env_file.problems import EnvProblem, Fix, all_on, delete, error, rewrite, shortened, warning
from service_catalog.env_file.secrets import is_suspect
from service_catalog.messages import Message, say

TEXT_BYTES_MAX = 128 * 1024
"""In UTF-8: some 3,000 settings. What is larger was pasted by mistake, and would keep everybody else waiting."""
LINES_MAX = 5_000
"""Each line is a row of pages, two of a merge."""
LINE_BYTES_MAX = 32 * 1024
"""ECS's agent gives up at 64 KiB, and then the task cannot start; half of it leaves room."""


def lint(text: str, winners: Mapping[str, Message] | None = None) -> list[EnvProblem]:
    """In the order of the lines, numbered from 1. ``winners`` says by key what wins over the file."""
    return _linted(text, winners or {}, {})


Judged = dict[str, tuple[EnvProblem, ...]]
"""Problems of each line on its own, kept by the line's text: equal lines are checked once."""


def _linted(text: str, winners: Mapping[str, Message], judged: Judged) -> list[EnvProblem]:
    if too_much := _too_much(text):
        return [error(Line(1, ""), "too-much", too_much)]
    parts = list(lines(text))
    joined = together(parts)
    own = [line for line in parts if line.body and line.number not in joined.swallowed]
    found = [*joined.problems, *_repeated(own), *(it for line in own for it in _line_problems(line, judged))]
    found += [
        warning(it, "no-effect", winners[it.key]) for it in own if winners and it.is_setting and it.key in winners
    ]
    careful = [_unsafe(it) if _touches(it, joined.doubtful) else it for it in _without_collisions(found, parts)]
    return sorted(careful, key=attrgetter("line"))


def _too_much(text: str) -> Message | None:
    size, count = len(text.encode(errors="surrogatepass")), text.count("\n") + (text[-1:] not in ("", "\n"))
    if size > TEXT_BYTES_MAX:
        most = TEXT_BYTES_MAX // 1024
        return say("%(size)s KB of text; an env file takes %(most)s KB", size=-(-size // 1024), most=most)
    if count > LINES_MAX:
        return say("%(count)s lines; an env file takes %(most)s", count=count, most=LINES_MAX)
    return None


def _touches(problem: EnvProblem, numbers: set[int]) -> bool:
    return problem.line in numbers or (problem.fix is not None and problem.fix.line in numbers)


def apply_fix(text: str, problem: EnvProblem) -> str:
    """The text as it was when the problem has no fix, or is no longer there."""
    return problem.fix.on(text) if problem.fix else text


def apply(text: str, line: int, code: str) -> str:
    """For who only remembers which button was pressed."""
    problem = next((found for found in lint(text) if (found.line, found.code) == (line, code)), None)
    return apply_fix(text, problem) if problem else text


@dataclass(frozen=True)
class Fixed:
    text: str
    made: tuple[Fix, ...]
    """In the order in which they were made; the lines are those of the text that each of them met"""


def apply_safe_fixes(text: str) -> Fixed:
    """Until none is left: one fix may bring another to light (quotes around what a comment followed)."""
    made: list[Fix] = []
    judged: Judged = {}
    while True:
        by_line = {it.fix.line: it.fix for it in _linted(text, {}, judged) if it.fix and it.fix.is_safe}
        if not by_line:
            return Fixed(text, tuple(made))
        text = all_on(text, by_line.values())
        made += by_line.values()


# --- one line ---------------------------------------------------------------------------------------------------------

Rule = Callable[[Line], EnvProblem | None]


def _line_problems(line: Line, judged: Judged) -> Iterable[EnvProblem]:
    known = judged.get(line.body)
    if known is None:
        known = judged[line.body] = tuple(_judge(line))
    return (problem.at(line.number) for problem in known) if known else ()


def _judge(line: Line) -> Iterator[EnvProblem]:
    shape = _first(_SHAPE, line)
    if shape:
        yield shape
    elif not line.is_comment and line.body.strip(BLANKS):
        key = _first(keys.RULES, line)
        value = None if key and key.fix else _first(values.RULES, line)
        yield from filter(None, (key, value, _secret(line)))


def _first(rules: Iterable[Rule], line: Line) -> EnvProblem | None:
    for rule in rules:
        if problem := rule(line):
            return problem
    return None


def _too_long(line: Line) -> EnvProblem | None:
    if len(line.body) * 4 <= LINE_BYTES_MAX:  # whatever its characters
        return None
    size = len(line.body.encode(errors="surrogatepass"))
    return error(line, "too-long", "Longer than 32 KiB: the task might not start") if size > LINE_BYTES_MAX else None


def _control(line: Line) -> EnvProblem | None:
    found = CONTROLS.search(line.body)
    if not found:
        return None
    message = say("A control character (%(code)s) is in the line", code=f"U+{ord(found[0]):04X}")
    if "\r" in line.body.rstrip("\r"):
        bodies = (CONTROLS.sub("", body) for body in line.body.split("\r"))
        return error(line, "control", message, rewrite(line, "Break the line there", *bodies))
    return error(line, "control", message, rewrite(line, "Remove it", CONTROLS.sub("", line.body)))


def _byte_order_mark(line: Line) -> EnvProblem | None:
    if not line.body.startswith("\ufeff"):
        return None
    bare = line.body.lstrip("\ufeff")
    fix = rewrite(line, "Remove it", bare, is_safe=agreed(bare.partition("=")[2]) is not None)
    return error(line, "bom", "A hidden mark (BOM) becomes part of the key", fix)


def _indented_comment(line: Line) -> EnvProblem | None:
    meant = line.body.lstrip(BLANKS)
    if line.is_comment or not meant.startswith(("#", "＃")):
        return None
    fix = rewrite(line, "Make it a comment", f"#{meant[1:]}", is_safe=True)
    if line.is_setting:
        return error(line, "comment", "Not a comment: # must come first", fix)
    return warning(line, "comment", "A comment begins with # in column 1", fix)


def _no_equals(line: Line) -> EnvProblem | None:
    if line.is_comment or "=" in line.body or not line.body.strip(BLANKS):
        return None
    if "＝" in line.body:
        key, _, value = line.body.partition("＝")
        fix = rewrite(line, "Make it half-width", f"{half_width(key)}={value}", is_safe=agreed(value) is not None)
        return error(line, "full-width-equals", "Full-width ＝: the line is ignored", fix)
    colon = re.fullmatch(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*[:：]\s*(\S.*)", line.body)
    if colon:
        return error(line, "no-equals", _NO_EQUALS, rewrite(line, "Put = for :", f"{colon[1]}={colon[2]}"))
    return error(line, "no-equals", _NO_EQUALS, _comment_out(line))


def _comment_out(line: Line) -> Fix:
    """Some readers take a colon for the sign, so a line that holds one may be a setting to them."""
    return rewrite(line, "Make it a comment", f"# {line.body}", is_safe=re.search("[:：]", line.body) is None)


_BEFORE_THE_VALUE = re.compile("[^=＝:：]*")
_NO_EQUALS = say("No =: ECS ignores the line")
_SHAPE: tuple[Rule, ...] = (_too_long, _control, _byte_order_mark, _indented_comment, _no_equals)


def _secret(line: Line) -> EnvProblem | None:
    return warning(line, "secret", "Looks like a secret") if is_suspect(line.key, line.value) else None


# --- lines together ---------------------------------------------------------------------------------------------------


def _without_collisions(found: Iterable[EnvProblem], parts: Iterable[Line]) -> Iterator[EnvProblem]:
    """Of two lines with one key, or one to be, the last counts: to mend one of them may change which that is."""
    meant = {line.number: _key_meant(line) for line in parts if line.body and not line.is_comment}
    counts = Counter(meant.values())
    for problem in found:
        fix = problem.fix
        if fix and fix.is_safe and counts[meant.get(fix.line, "")] > 1 and any("=" in body for body in fix.bodies):
            problem = _unsafe(problem)
        yield problem


def _key_meant(line: Line) -> str:
    """With every fix made that there is for a key."""
    written = _BEFORE_THE_VALUE.match(line.body)
    return keys.meant(written[0]) if written else ""


def _unsafe(problem: EnvProblem) -> EnvProblem:
    fix = problem.fix
    return problem._replace(fix=fix._replace(is_safe=False)) if fix and fix.is_safe else problem


def _repeated(parts: list[Line]) -> Iterator[EnvProblem]:
    by_key: dict[str, list[Line]] = defaultdict(list)
    for line in parts:
        if line.is_setting:
            by_key[line.key].append(line)
    for key, same in by_key.items():
        if len(same) == 1:
            continue
        last, short = same[-1], shortened(key, 24)
        other = say("line %(number)s wins", number=last.number)
        again = say("%(key)s again; %(wins)s", key=short, wins=other)  # of most lines, where there are many
        for position, (before, line) in enumerate(pairwise(same), start=2):
            wins = say("this one wins") if line is last else other
            if position == 2:
                message = say("Second %(key)s; %(wins)s", key=short, wins=wins)
            else:
                message = say("%(key)s again; %(wins)s", key=short, wins=wins) if line is last else again
            fix = delete(before, say("Delete line %(number)s", number=before.number), is_safe=True)
            yield error(line, "repeated", message, fix)
