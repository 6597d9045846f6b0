"""Which properties a Pulumi type really has, read from the SDK's own sources (importing all of it takes seconds)."""

import importlib.util
import keyword
import re
from functools import cache
from pathlib import Path

_SPEC = importlib.util.find_spec("pulumi_aws")
assert _SPEC
assert _SPEC.origin
SDK = Path(_SPEC.origin).parent


@cache
def inputs(token: str) -> frozenset[str]:
    return _properties(token, r"class \w+Args:")


@cache
def outputs(token: str) -> frozenset[str]:
    return inputs(token) | _properties(token, r"class _\w+State:")


def _properties(token: str, heading: str) -> frozenset[str]:
    """By their names on the wire, which a getter bears where they are not the Python name."""
    source = _source(token)
    start = re.search(heading, source)
    assert start, f"{token}: no {heading}"
    body = re.split(r"(?m)^(?:class |@pulumi\.type_token)", source[start.end() :])[0]
    getters = re.findall(r"@pulumi\.getter(?:\(name=\"(\w+)\"\))?\n    (?:@\w+.*\n    )*def (\w+)", body)
    return frozenset(wire or python for wire, python in getters)


def _source(token: str) -> str:
    _, module, _ = token.split(":")
    folder, name = module.split("/")
    folder = f"{folder}_" if keyword.iskeyword(folder) else folder
    file = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return (SDK / folder / f"{file}.py").read_text()
