"""What the form offers and somebody takes with a button: a name that may be one, a size that Fargate has."""

from collections.abc import Mapping

from portal.registration import form

NAME, SIZE = "name:", "size"
"""What such a button says that it does; the name stands after it, the size in an answer of its own."""
_CPU, _MEMORY = "compute.cpu", "compute.memory_mib"


def taken(do: str, given: form.Answers) -> dict[str, str] | None:
    """The answers with what was offered; None where nothing was taken."""
    if do.startswith(NAME):
        return {**given, "name": do.removeprefix(NAME)}
    if do == SIZE:
        return {**given, **_size(given.get(SIZE, ""))}
    return None


def _size(chosen: str) -> Mapping[str, str]:
    cpu, _x, memory = chosen.partition("x")
    return {_CPU: cpu, _MEMORY: memory} if cpu.isdecimal() and memory.isdecimal() else {}
