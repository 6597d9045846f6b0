"""What an environment stack promises to the stacks of its services: the only writer and the only reader of output keys.

A key that services still import is removed in two updates of the environment: add the new one, move the services, drop
the old one.
"""

from dataclasses import dataclass, fields
from typing import Any, Self

import pulumi

from service_catalog import naming


@dataclass(frozen=True)
class ListenerExports:
    """One load balancer's listener, where services put their rules."""

    listener_arn: pulumi.Input[str]
    load_balancer_security_group_id: pulumi.Input[str]
    load_balancer_arn_suffix: pulumi.Input[str]
    """As CloudWatch names the load balancer in its metrics."""
    load_balancer_dns_name: pulumi.Input[str]

    def as_mapping(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of(cls, mapping: pulumi.Output[Any]) -> Self:
        return cls(**{field.name: mapping[field.name] for field in fields(cls)})


@dataclass(frozen=True)
class EnvironmentExports:
    vpc_id: pulumi.Input[str]
    task_subnet_ids: pulumi.Input[list[str]]
    """Where tasks run: private, or public if there is no NAT"""
    assign_public_ip: pulumi.Input[bool]
    cluster_arn: pulumi.Input[str]
    alarm_topic_arn: pulumi.Input[str]
    exec_key_arn: pulumi.Input[str]
    egress_addresses: pulumi.Input[list[str]]
    """For people, to put on other parties' lists: where requests of tasks come from; empty if that is not fixed"""
    public: ListenerExports
    internal: ListenerExports

    def as_mapping(self) -> dict[str, Any]:
        """The same keys and values that a service stack reads."""
        values: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        return values | {"public": self.public.as_mapping(), "internal": self.internal.as_mapping()}

    def write(self) -> None:
        for key, value in self.as_mapping().items():
            pulumi.export(key, value)

    @classmethod
    def read(cls, environment: str) -> Self:
        """Through a reference to the environment's stack, which must have been provisioned."""
        stack = f"{pulumi.get_organization()}/{naming.PROJECT}/{naming.stack(environment)}"
        said = pulumi.StackReference(stack).outputs
        values: dict[str, Any] = {field.name: said[field.name] for field in fields(cls)}
        listeners = {audience: ListenerExports.of(values[audience]) for audience in ("public", "internal")}
        return cls(**(values | listeners))
