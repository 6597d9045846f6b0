"""What an environment stack promises to the stacks of its services: the only writer and the only reader of output keys.

What only some environments have is read by those services alone that use it (``fingerprint.exports_read``), so that it
concerns nobody else.

A key that services still import is removed in two updates of the environment: add the new one, move the services, drop
the old one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

import pulumi

from service_catalog import naming
from service_catalog.fingerprint import exports_read
from service_catalog.listener_rules.lock import Slot
from service_catalog.listener_rules.names import is_further
from service_catalog.listener_rules.rules import API_LISTENER, load_balancer
from service_catalog.model import Exposure, Service


@dataclass(frozen=True)
class _Group:
    """Outputs that go together, under one key."""

    def as_mapping(self) -> dict[str, Any]:
        return {field.name: _told(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def of(cls, mapping: pulumi.Output[Any]) -> Self:
        return cls(**{field.name: _member(mapping, field.name) for field in fields(cls)})


def _told(value: Any) -> Any:
    return value.as_mapping() if isinstance(value, _Group) else value


def _member(mapping: pulumi.Output[Any], name: str) -> pulumi.Output[Any]:
    """None for one that has no value, which the engine does not write down."""
    return mapping.apply(lambda it: it.get(name))


@dataclass(frozen=True)
class ListenerExports(_Group):
    """One load balancer's listener, where services put their rules."""

    listener_arn: pulumi.Input[str]
    load_balancer_security_group_id: pulumi.Input[str]
    load_balancer_arn_suffix: pulumi.Input[str]
    """As CloudWatch names the load balancer in its metrics."""
    load_balancer_dns_name: pulumi.Input[str]


@dataclass(frozen=True)
class ListenerForTestsExports(_Group):
    """Of one load balancer, where the new tasks of a deployment answer first."""

    listener_arn: pulumi.Input[str]
    port: pulumi.Input[int]


@dataclass(frozen=True)
class ApiExports(_Group):
    """The environment's HTTP API, where services put their routes."""

    id: pulumi.Input[str]
    url: pulumi.Input[str]
    """Where people reach it"""
    endpoint: pulumi.Input[str]
    """AWS's own address of it"""
    dns_target: pulumi.Input[str] | None
    """For people, to point the API's domain at"""
    vpc_link_id: pulumi.Input[str]
    link_security_group_id: pulumi.Input[str]
    """Whose rules say where the link may lead"""
    authorizer_ids: Mapping[str, pulumi.Input[str]]
    """By the name that services say"""
    listener: ListenerExports
    """Where its requests come in, of the internal load balancer"""
    function_authorizers: pulumi.Input[list[str] | None] = None
    """Names of those that ask a Lambda function; all others check tokens"""

    @classmethod
    def of(cls, mapping: pulumi.Output[Any]) -> Self:
        return replace(super().of(mapping), listener=ListenerExports.of(mapping["listener"]))


@dataclass(frozen=True)
class NlbExports(_Group):
    """One Network Load Balancer, where each service has a listener of its own."""

    arn: pulumi.Input[str]
    arn_suffix: pulumi.Input[str]
    dns_name: pulumi.Input[str]
    security_group_id: pulumi.Input[str]
    addresses: pulumi.Input[list[str]]
    """For people, to put on other parties' lists; empty if they are not fixed"""
    certificate_arn: pulumi.Input[str] | None = None
    """For listeners that end TLS"""
    name: pulumi.Input[str] | None = None
    """Of one's own, if it has one"""


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
    namespace_id: pulumi.Input[str]
    namespace_arn: pulumi.Input[str]
    """Of the Cloud Map namespace, by which services find each other"""
    api: ApiExports | None = None
    public_nlb: NlbExports | None = None
    internal_nlb: NlbExports | None = None
    public_test: ListenerForTestsExports | None = None
    internal_test: ListenerForTestsExports | None = None
    further: Mapping[str, ListenerExports] = field(default_factory=dict)
    """Of load balancers beside the first of each kind, by their listener's name in the lock: each an output of its own,
    since it concerns those services alone that stand there"""
    further_test: Mapping[str, ListenerForTestsExports] = field(default_factory=dict)

    def listener_for_tests(self, service: Service, listener: str) -> ListenerForTestsExports | None:
        """Where its testers ask, if it has any; ``listener``: where its rules are"""
        if not service.deployment.test_listener:
            return None
        return ({"public": self.public_test, "internal": self.internal_test} | {**self.further_test}).get(listener)

    def listener(self, name: str) -> ListenerExports:
        """By its name in the lock."""
        own = {API_LISTENER: self.api.listener} if self.api else {}
        return ({"public": self.public, "internal": self.internal} | own | {**self.further})[name]

    def nlb_of(self, exposure: Exposure) -> NlbExports | None:
        """The one that leads to a service, if one does"""
        kind, audience = load_balancer(exposure) or ("", "")
        if kind != "nlb":
            return None
        return self.public_nlb if audience == "public" else self.internal_nlb

    said: pulumi.Output[dict[str, Any]] | None = None
    """All of them at once, where they were read"""

    def as_mapping(self) -> dict[str, Any]:
        """The same keys and values that a service stack reads."""
        told = {name: _told(getattr(self, name)) for name in _NAMES}
        told |= {name: it.as_mapping() for name, it in self.further.items()}
        told |= {f"{name}{_TEST}": it.as_mapping() for name, it in self.further_test.items()}
        return {name: value for name, value in told.items() if value is not None}

    def together(self) -> pulumi.Output[dict[str, Any]]:
        """As ``as_mapping``, once all are known."""
        return self.said or pulumi.Output.from_input(self.as_mapping())

    def write(self) -> None:
        for key, value in self.as_mapping().items():
            pulumi.export(key, value)

    @classmethod
    def read(cls, environment: str, service: Service, slot: Slot | None) -> Self:
        """Through a reference to the environment's stack, which must have been provisioned."""
        stack = f"{pulumi.get_organization()}/{naming.PROJECT}/{naming.stack(environment)}"
        outputs = pulumi.StackReference(stack).outputs
        only_some = [name for name, default in _NAMES.items() if default is None]
        names = [*(_NAMES.keys() - only_some), *exports_read(service, slot, only_some)]
        further = []
        if slot and is_further(at := slot.listener):
            further = exports_read(service, slot, [at, f"{at}{_TEST}"])
        said = outputs.apply(lambda it: _required(it, [*names, *further], environment))
        values: dict[str, Any] = {name: GROUPS[name].of(said[name]) if name in GROUPS else said[name] for name in names}
        for name in further:
            listener = name.removesuffix(_TEST)
            group = ListenerExports if name == listener else ListenerForTestsExports
            values["further" if name == listener else "further_test"] = {listener: group.of(said[name])}
        return cls(**values, said=said.apply(_complete))


def _required(outputs: Mapping[str, Any], names: Sequence[str], environment: str) -> dict[str, Any]:
    if missing := [name for name in names if name not in outputs]:
        lacks = f"the environment {environment} does not have {', '.join(missing)} yet"
        raise pulumi.RunError(f"{lacks}: run `slipway up {environment}`, or `pulumi up -s {environment}` first")
    return {name: _with_whole_numbers(outputs[name]) for name in names}


def _with_whole_numbers(value: Any) -> Any:
    """As they were written: another stack's numbers all come as floats, and 9000.0 is another fingerprint."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {name: _with_whole_numbers(it) for name, it in value.items()}
    return [_with_whole_numbers(it) for it in value] if isinstance(value, list) else value


def _complete(said: Mapping[str, Any]) -> dict[str, Any]:
    """With the members that have no value, which the engine does not write down."""
    members = {name: dict.fromkeys(field.name for field in fields(group)) for name, group in GROUPS.items()}
    return {name: members[name] | value if name in members else value for name, value in said.items()}


_TEST = "_test"
_OTHER = ("said", "further", "further_test")
_NAMES = {field.name: field.default for field in fields(EnvironmentExports) if field.name not in _OTHER}
GROUPS: Mapping[str, type[_Group]] = {
    "public": ListenerExports,
    "internal": ListenerExports,
    "api": ApiExports,
    "public_nlb": NlbExports,
    "internal_nlb": NlbExports,
    "public_test": ListenerForTestsExports,
    "internal_test": ListenerForTestsExports,
}
