"""A role that AWS assumes for us, and all that it may do, in one policy."""

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.documents import policies
from infra.json_document import json_of


def role_with_rights(
    name: str,
    role_name: str,
    trust: dict[str, Any],
    statements: Sequence[policies.Statement],
    opts: pulumi.ResourceOptions,
) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
    """``trust``: the document that says who assumes it. Whatever acts as the role should wait for the policy, too."""
    role = aws.iam.Role(name, name=role_name, assume_role_policy=json_of(trust), opts=opts)
    policy = aws.iam.RolePolicy(name, role=role.name, policy=json_of(policies.document(statements)), opts=opts)
    return role, policy
