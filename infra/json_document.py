"""A document in which some values are known only once AWS has said them, resolved, and as JSON.

``pulumi.Output.json_dumps`` and ``from_input`` make an Output of every member, which costs a third of evaluating a
service. Here only the values that are Outputs are waited for.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pulumi


def json_of(document: Any) -> pulumi.Output[str]:
    return resolved(document).apply(json.dumps)


def resolved(document: Any) -> pulumi.Output[Any]:
    """The same document with the values of its Outputs."""
    return pulumi.Output.all(*_outputs(document)).apply(lambda values: _filled(document, iter(values)))


def _outputs(document: Any) -> Iterator[pulumi.Output[Any]]:
    if isinstance(document, pulumi.Output):
        yield document
    elif isinstance(document, Mapping):
        for value in document.values():
            yield from _outputs(value)
    elif isinstance(document, list | tuple):
        for value in document:
            yield from _outputs(value)


def _filled(document: Any, values: Iterator[Any]) -> Any:
    """``values`` in the order in which the Outputs were met."""
    if isinstance(document, pulumi.Output):
        return next(values)
    if isinstance(document, Mapping):
        return {name: _filled(value, values) for name, value in document.items()}
    if isinstance(document, list | tuple):
        return [_filled(value, values) for value in document]
    return document
