"""An IAM policy document from the statements of ``getPolicyDocument``."""

from collections.abc import Mapping
from typing import Any

Statement = Mapping[str, Any]

LISTS = {"actions": "Action", "notActions": "NotAction", "resources": "Resource", "notResources": "NotResource"}


def policy_document(arguments: Statement) -> dict[str, Any]:
    document = {"Version": arguments.get("version") or "2012-10-17"}
    if arguments.get("policyId"):
        document["Id"] = arguments["policyId"]
    return {**document, "Statement": [_statement(item) for item in arguments.get("statements") or ()]}


def _statement(wanted: Statement) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": wanted.get("effect") or "Allow"}
    if wanted.get("sid"):
        statement["Sid"] = wanted["sid"]
    statement |= {member: _one_or_many(wanted[prop]) for prop, member in LISTS.items() if wanted.get(prop)}
    for prop, member in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if wanted.get(prop):
            statement[member] = _principals(wanted[prop])
    if wanted.get("conditions"):
        statement["Condition"] = _conditions(wanted["conditions"])
    return statement


def _one_or_many(values: list[str]) -> Any:
    return values[0] if len(values) == 1 else sorted(values)


def _principals(wanted: list[Statement]) -> Any:
    if any(item["type"] == "*" and "*" in item["identifiers"] for item in wanted):
        return "*"
    return {item["type"]: _one_or_many(item["identifiers"]) for item in wanted}


def _conditions(wanted: list[Statement]) -> dict[str, Any]:
    tests: dict[str, Any] = {}
    for item in wanted:
        tests.setdefault(item["test"], {})[item["variable"]] = _one_or_many(item["values"])
    return tests
