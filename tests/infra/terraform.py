"""What the program asks for, as Terraform would say it: the form that scanners such as checkov read.

Attributes that only AWS knows are Terraform's own references, so a scanner sees what belongs to what.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.infra.recorder import Made, Recorder

_ATTRIBUTES = {"arn": "arn", "arnSuffix": "arn_suffix", "dnsName": "dns_name", "publicIp": "public_ip", "url": "url"}
_TYPES = {
    "aws_lb_load_balancer": "aws_lb",
    "aws_servicediscovery_private_dns_namespace": "aws_service_discovery_private_dns_namespace",
    "aws_appautoscaling_target": "aws_appautoscaling_target",
    "aws_s3_bucket_objectv2": "aws_s3_object",
}
_OWN_NAMES = ("s3", "ec2", "vpc")
"""Modules whose types do not repeat them: ``aws_subnet``, ``aws_s3_bucket`` from ``s3/bucket``."""


class TerraformRecorder(Recorder):
    def given(self, token: str, name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        where = f"{type_of(token)}.{name}"
        found = {prop: f"${{{where}.{attribute}}}" for prop, attribute in _ATTRIBUTES.items()}
        if token.endswith(":Bucket"):
            found["bucket"] = f"${{{where}.id}}"
        return {"id": f"${{{where}.id}}", **found}


def hcl(made: list[Made]) -> str:
    return "\n".join(_resource(it) for it in made if not it.type.startswith("pulumi:"))


def type_of(token: str) -> str:
    """``aws:lb/targetGroup:TargetGroup`` is ``aws_lb_target_group``."""
    module, _, name = token.split(":")[1].partition("/")
    snake = _snake(name)
    if module == "ec2":
        return f"aws_{snake}"
    found = f"aws_{module}_{snake}"
    return _TYPES.get(found, found)


def _resource(made: Made) -> str:
    body = "\n".join(f"  {line}" for line in _members(made.inputs))
    return f'resource "{type_of(made.type)}" "{made.name}" {{\n{body}\n}}\n'


def _members(values: Mapping[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        name = _snake(key)
        if key == "tags" or not _is_nested(value) or not _are_names(value):
            yield f"{name} = {_literal(value)}"
            continue
        for block in value if isinstance(value, list) else [value]:
            yield f"{_singular(name) if isinstance(value, list) else name} {{"
            yield from (f"  {line}" for line in _members(block))
            yield "}"


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value))


def _are_names(value: Any) -> bool:
    """A map whose keys are no names of Terraform's is an attribute, such as the headers of an integration."""
    return not isinstance(value, dict) or all(key.isidentifier() for key in value)


def _literal(value: Any) -> str:
    # What CloudWatch fills in on a dashboard is no reference of Terraform's.
    return json.dumps(value).replace("${PROP", "$${PROP")


def _singular(name: str) -> str:
    return re.sub(r"ies$", "y", name) if name.endswith("ies") else name.removesuffix("s")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
