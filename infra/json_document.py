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
    outputs = _outputs(document)
    if not outputs:
        return json.dumps(document)

    def written(values: list[Any]) -> str:
        return json.dumps(_filled(document, dict(zip(outputs, values, strict=True))))

    return pulumi.Output.all(*outputs.values()).apply(written)


def _outputs(document: Any) -> dict[int, pulumi.Output[Any]]:
    """By their ids."""
    if isinstance(document, pulumi.Output):
        return {id(document): document}
    if isinstance(document, dict):
        document = document.values()
    elif not isinstance(document, list | tuple):
        return {}
    return {key: output for member in document for key, output in _outputs(member).items()}


def _filled(document: Any, values: dict[int, Any]) -> Any:
    if isinstance(document, pulumi.Output):
        return values[id(document)]
    if isinstance(document, dict):
        return {name: _filled(value, values) for name, value in document.items()}
    if isinstance(document, list | tuple):
        return [_filled(value, values) for value in document]
    return document
