"""Lambda: who may invoke a function. The functions are somebody else's."""

import json
from typing import Any

from local_cloud.aws.cloud import Cloud
from local_cloud.aws.kind import Call, Kind, Look, Values


def statement(cloud: Cloud, known: Values, answer: dict[str, Any]) -> dict[str, Any] | None:
    """Of the function's policy, where AWS keeps them all as one text."""
    if "Statement" in answer:
        return {"Sid": json.loads(answer["Statement"])["Sid"]}
    statements = json.loads(answer["Policy"])["Statement"]
    return next(({"Sid": it["Sid"]} for it in statements if it["Sid"] == known["statementId"]), None)


OF_FUNCTION = {"FunctionName": "{function}", "Qualifier": "{qualifier?}"}
"""A function has a policy, and each alias of it one of its own."""

KINDS = [
    Kind(
        "aws:lambda/permission:Permission",
        "lambda",
        create=Call("add_permission", names={"FunctionName": "function"}),
        made="@",
        id="Sid",
        look=Look("get_policy", OF_FUNCTION),
        find=Look("get_policy", OF_FUNCTION),
        delete=Call("remove_permission", {**OF_FUNCTION, "StatementId": "{id}"}),
        fixed="action function principal qualifier sourceArn statementId",
        unique="statementId",
        complete=statement,
        imported=r"(?P<function>.+)/(?P<statementId>[^/]+)",
    )
]
