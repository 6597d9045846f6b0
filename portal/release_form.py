"""A release request as an address or a form says it: ``image=2.14.0&env.app=13&to=115``.

What is blank stays as it is.
"""

from collections.abc import Mapping
from typing import Any

from portal import typed_numbers
from portal.text.language import _
from runtime.aws.errors import Invalid
from runtime.releases.request import ReleaseRequest
from service_catalog.problems import for_message
from service_catalog.records.provisioned import TaskLimits

_NUMBERS = ("to", "tasks.min", "tasks.max")
KEEP = "keep"
"""As the answer to ``definition``: the one that runs, though the catalog provisioned another."""


def read(typed: Mapping[str, str]) -> ReleaseRequest:
    """Raises Invalid for whatever is no number."""
    texts = {name: text.strip() for name, text in typed.items() if name in _NUMBERS or name.startswith("env.")}
    texts = {name: text for name, text in texts.items() if text}
    found = {name: typed_numbers.number(text) for name, text in texts.items()}
    if wrong := [_no_number(name, texts[name]) for name, number in found.items() if number is None]:
        raise Invalid(*wrong)
    definition = typed.get("definition", "")
    if definition not in ("", KEEP):
        raise Invalid(_("definition must be keep or blank, got %(typed)s.", typed=for_message(definition)))
    numbers = {name: number for name, number in found.items() if number is not None}
    to = numbers.pop("to", None)
    tasks = _limits(numbers.pop("tasks.min", None), numbers.pop("tasks.max", None))
    env = {name.removeprefix("env."): number for name, number in numbers.items()}
    image = typed.get("image", "").strip() or None
    return ReleaseRequest(
        image=image, env=env, definition=definition != KEEP, tasks=tasks, try_first="try" in typed, to=to
    )


def fields(asked: ReleaseRequest) -> dict[str, Any]:
    """What ``read`` takes, but for ``try``, which each form asks anew: for the address, or the form, that asks for the
    same once more."""
    given: dict[str, Any] = {"image": asked.image} if asked.image else {}
    given |= {f"env.{file}": number for file, number in asked.env.items()}
    if asked.tasks:
        given |= {"tasks.min": asked.tasks.min, "tasks.max": asked.tasks.max}
    if asked.to is not None:
        given["to"] = asked.to
    return given if asked.definition else given | {"definition": KEEP}


def _limits(low: int | None, high: int | None) -> TaskLimits | None:
    """One number alone is both."""
    given = [number for number in (low, high) if number is not None]
    return TaskLimits(min=given[0], max=given[-1]) if given else None


def _no_number(name: str, text: str) -> str:
    if name.startswith("tasks."):
        return _("%(typed)s is no number of tasks; write a whole number, such as 3.", typed=for_message(text))
    if name == "to":
        return _("%(typed)s is no number of a release; choose one on the page of releases.", typed=for_message(text))
    return typed_numbers.no_version(text, name.removeprefix("env."))
