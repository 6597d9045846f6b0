"""A document in which some values are known only once AWS has said them, as JSON.

``pulumi.Output.json_dumps`` and ``from_input`` make an Output of every member, which costs a third of evaluating a
service. Here only the values that are Outputs are waited for, each once: ``Output.all`` makes three of every one that
it gets.
"""

import json
from typing import Any

import pulumi


def json_of(document: Any) -> str | pulumi.Output[str]:
    """At once where nothing has to be waited for."""
    outputs: dict[int, pulumi.Output[Any]] = {}

    def noted(member: Any) -> None:
        if not isinstance(member, pulumi.Output):
            raise TypeError(f"{member!r} cannot be said in JSON")
        outputs[id(member)] = member

    text = json.dumps(document, default=noted)
    if not outputs:
        return text

    def written(values: list[Any]) -> str:
        known = dict(zip(outputs, values, strict=True))
        return json.dumps(document, default=lambda member: known[id(member)])

    return pulumi.Output.all(*outputs.values()).apply(written)
