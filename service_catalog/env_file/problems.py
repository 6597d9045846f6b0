"""What the linter hands over: a line, a short sentence, and perhaps a fix that one click makes."""

from dataclasses import dataclass
from typing import Literal

from service_catalog.env_file.grammar import Line, joined, lines
from service_catalog.saying import say


@dataclass(frozen=True)
class Fix:
    """Puts other lines, or none, in the place of one."""

    label: str
    line: int
    was: str
    bodies: tuple[str, ...]
    is_safe: bool = True
    """Whether nobody could have meant anything else, so that many may be made at once"""

    def on(self, text: str) -> str:
        """The text itself when the line is no longer what the fix was made for."""
        parts = list(lines(text))
        if self.line > len(parts) or parts[self.line - 1].body != self.was:
            return text
        ending = parts[self.line - 1].ending
        parts[self.line - 1 : self.line] = [Line(self.line, body, ending) for body in self.bodies]
        return joined(parts)


@dataclass(frozen=True)
class EnvProblem:
    line: int
    level: Literal["error", "warning"]
    """An error stops the save: the container would not get what is written. A warning does not."""
    code: str
    message: str
    fix: Fix | None = None


def error(line: Line, code: str, message: str, fix: Fix | None = None) -> EnvProblem:
    return EnvProblem(line.number, "error", code, message, fix)


def warning(line: Line, code: str, message: str, fix: Fix | None = None) -> EnvProblem:
    return EnvProblem(line.number, "warning", code, message, fix)


def rewrite(line: Line, label: str, *bodies: str) -> Fix:
    return Fix(label, line.number, line.body, bodies)


def delete(line: Line, label: str = say("Delete line"), is_safe: bool = True) -> Fix:
    return Fix(label, line.number, line.body, (), is_safe)


def shortened(words: str, limit: int = 20) -> str:
    """Messages stand beside the text, under about 60 characters with their fix."""
    return words if len(words) <= limit else f"{words[: limit - 1]}…"
