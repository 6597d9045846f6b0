"""The form that starts a run: what was typed, and the request that it means. Nothing typed is lost."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal import typed_numbers
from portal.text.language import N_, _
from portal.why import WHY_MAX
from runtime.runs import RunRequest
from service_catalog.model import Service
from service_catalog.problems import for_message

FIELDS = ("copies", "command", "environment", "cpu", "memory", "timeout", "why")
_NUMBERS = {"copies": N_("Copies"), "cpu": N_("CPU"), "memory": N_("Memory"), "timeout": N_("Time limit")}


@dataclass(frozen=True)
class RunForm:
    typed: Mapping[str, str]
    request: RunRequest
    problems: tuple[str, ...] = ()
    """Of what could not be read at all, and is left out of the request; the rest is for whoever starts it to say"""


def empty(entry: Service | None) -> Mapping[str, str]:
    return {"copies": str(entry.run.copies if entry else 1)}


def read(typed: Mapping[str, str], who: str) -> RunForm:
    said = {name: typed.get(name, "") for name in FIELDS}
    numbers = {name: typed_numbers.number(said[name].strip()) for name in _NUMBERS if said[name].strip()}
    problems = [
        _("%(field)s: must be a whole number, got %(typed)s", field=_(_NUMBERS[name]), typed=for_message(said[name]))
        for name, number in numbers.items()
        if number is None
    ]
    environment = _environment(said["environment"], problems)
    copies, minutes = numbers.get("copies"), numbers.get("timeout")
    request = RunRequest(
        who=who,
        why=said["why"].strip()[:WHY_MAX],
        copies=1 if copies is None else copies,
        command=tuple(line for line in said["command"].splitlines() if line.strip()) or None,
        environment=environment,
        cpu=numbers.get("cpu"),
        memory_mib=numbers.get("memory"),
        timeout_seconds=minutes * 60 if minutes is not None else None,
    )
    return RunForm(said, request, tuple(problems))


def _environment(text: str, problems: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        name, equals, value = line.partition("=")
        if name.strip() in found:
            problems.append(
                _("Environment variables, line %(line)s: %(name)s is there already", line=number, name=name.strip())
            )
        elif equals and name.strip():
            found[name.strip()] = value
        elif line.strip():
            problems.append(_("Environment variables, line %(line)s: write NAME=value", line=number))
    return found
