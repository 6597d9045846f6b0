"""Rules for what a program may use in AWS: a permission names one thing, a statement of IAM no more than it needs."""

import re
from collections.abc import Iterator

from service_catalog.iam_vocabulary import OPERATORS, TAKE_NO_RESOURCE
from service_catalog.messages import say
from service_catalog.model import Permission, Service, Statement
from service_catalog.problems import did_you_mean, for_message
from service_catalog.validation.duplicates import listed_twice
from service_catalog.validation.faults import Fault, got
from service_catalog.validation.partial_model import until_invalid_field
from service_catalog.validation.rules import Rule, about
from service_catalog.yaml_text.locations import Path

_TARGETS = ("bucket", "queue", "table", "topic", "event_bus", "model", "platform", "statement")
_ONE_WAY = ("topic", "event_bus", "model", "platform", "statement")
"""Targets that are not read or written"""
_WITHOUT_KEY = ("event_bus", "model", "platform", "statement")
PASS_ROLE = "iam:PassRole"

_ANY_OF_A_TYPE = re.compile(r"[a-z][a-z-]*[/:]\*")
"""``table/*``, ``function:*``: every one of the account"""
_NAMES_COME_FIRST = ("execute-api", "s3")
"""Services whose ARNs say no type: ``orders/*`` is what is in one bucket"""


@about("permissions")
def _permissions(service: Service) -> Iterator[Fault]:
    for index, granted in enumerate(service.permissions):
        yield from until_invalid_field(_permission(("permissions", index), granted))
    yield from listed_twice(("permissions",), map(_named, service.permissions))


def _permission(path: Path, permission: Permission) -> Iterator[Fault]:
    named = [name for name in _TARGETS if getattr(permission, name) is not None]
    if len(named) != 1:
        yield Fault(path, say("must name one of %(choices)s", choices=", ".join(_TARGETS)))
        return
    [target] = named
    if target in _ONE_WAY and "access" in permission.model_fields_set:
        yield Fault((*path, "access"), say("means nothing beside `%(field)s`", field=target), say("remove it"))
    if target in _WITHOUT_KEY and permission.key_arn:
        yield Fault((*path, "key_arn"), say("means nothing beside `%(field)s`", field=target), say("remove it"))
    if permission.statement is not None:
        yield from until_invalid_field(_statement((*path, "statement"), permission.statement))


def _named(permission: Permission) -> object:
    """What each of is enough. Statements may be as alike as they please."""
    named = [(name, value) for name in _TARGETS if isinstance(value := getattr(permission, name), str)]
    return tuple(named) or object()


def _statement(path: Path, statement: Statement) -> Iterator[Fault]:
    yield from listed_twice((*path, "actions"), statement.actions)
    yield from listed_twice((*path, "resources"), statement.resources)
    for index, action in enumerate(statement.actions):
        yield from _action((*path, "actions", index), action)
    for index, resource in enumerate(statement.resources):
        yield from _resource((*path, "resources", index), resource, statement.actions)
    for operator in statement.conditions:
        plain = operator.rpartition(":")[2].removesuffix("IfExists")
        if plain not in OPERATORS:
            message = say("is no operator of IAM")
            yield Fault((*path, "conditions", operator), message, did_you_mean(plain, OPERATORS))


def _action(path: Path, action: str) -> Iterator[Fault]:
    if "*" in action or "?" in action:
        message = got(say("must be one action: a wildcard is more than the program needs"), for_message(action))
        yield Fault(path, message, say("write each action, like s3:GetObject"))
    elif action.startswith("iam:") and action != PASS_ROLE:
        message = got(say("must be no action of IAM: the catalog gives rights, programs do not"), for_message(action))
        yield Fault(path, message, say("remove it"))


def _resource(path: Path, resource: str, actions: tuple[str, ...]) -> Iterator[Fault]:
    if resource == "*":
        if narrow := [action for action in actions if action not in TAKE_NO_RESOURCE]:
            message = say("must name resources: %(actions)s can be narrowed", actions=", ".join(narrow))
            yield Fault(path, message, say("write a whole ARN, or like lambda:function:resize"))
    elif _is_anything(resource):
        message = got(say("must name a resource, not all of them"), for_message(resource))
        yield Fault(path, message, say("write at least how its name begins"))


def _is_anything(resource: str) -> bool:
    """A wildcard for the service, the account, or the whole name."""
    if not resource.startswith("arn:"):
        service, _, name = resource.partition(":")
        account = ""
    else:
        _, _, service, _, account, name = [*resource.split(":", 5), "", "", "", ""][:6]
    is_any_of_a_type = service not in _NAMES_COME_FIRST and _ANY_OF_A_TYPE.fullmatch(name) is not None
    return "*" in service or "*" in account or not name.strip("*?/:") or is_any_of_a_type


PERMISSION_RULES: tuple[Rule, ...] = (_permissions,)
