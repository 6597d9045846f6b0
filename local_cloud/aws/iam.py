"""IAM: roles and their policies."""

from local_cloud.aws.cloud import CallFailed, Cloud
from local_cloud.aws.kind import Call, Kind, Look, Named, Values


def strip_role(cloud: Cloud, id: str, inputs: Values) -> None:
    """With forceDetachPolicies, and after a policy's own delete was lost, a role has to be freed of them first."""
    if not inputs.get("forceDetachPolicies"):
        return
    try:
        attached = cloud.call("iam", "list_attached_role_policies", RoleName=id)["AttachedPolicies"]
        inline = cloud.call("iam", "list_role_policies", RoleName=id)["PolicyNames"]
    except CallFailed as failure:
        if failure.is_gone:
            return
        raise
    for policy in attached:
        cloud.call("iam", "detach_role_policy", RoleName=id, PolicyArn=policy["PolicyArn"])
    for name in inline:
        cloud.call("iam", "delete_role_policy", RoleName=id, PolicyName=name)


NAMES = {"RoleName": "name"}
ROLE_POLICY = Call(
    "put_role_policy", names={"RoleName": "role", "PolicyName": "name", "PolicyDocument": "policy"}, together="*"
)

KINDS = [
    Kind(
        "aws:iam/role:Role",
        "iam",
        create=Call("create_role", names={"AssumeRolePolicyDocument": "assumeRolePolicy"}),
        made="Role",
        id="{name}",
        look=Look("get_role", {"RoleName": "{id}"}, "Role"),
        updates=(
            Call("update_role", {"RoleName": "{id}"}),
            Call("update_assume_role_policy", {"RoleName": "{id}"}, names={"PolicyDocument": "assumeRolePolicy"}),
            Call("put_role_permissions_boundary", {"RoleName": "{id}"}, off="delete_role_permissions_boundary"),
        ),
        before_delete=strip_role,
        delete=Call("delete_role", {"RoleName": "{id}"}),
        fixed="name path",
        local="forceDetachPolicies",
        names=NAMES,
        named=Named(longest=64),
        tags="{id}",
        outputs={"arn": "Arn", "uniqueId": "RoleId", "path": "Path"},
        absent={"description": "", "maxSessionDuration": 3600},
    ),
    Kind(
        "aws:iam/rolePolicy:RolePolicy",
        "iam",
        create=ROLE_POLICY,
        id="{role}:{name}",
        look=Look("get_role_policy", {"RoleName": "{role}", "PolicyName": "{name}"}),
        updates=(ROLE_POLICY,),
        delete=Call("delete_role_policy", {"RoleName": "{role}", "PolicyName": "{name}"}),
        fixed="name role",
        named=Named(longest=128),
    ),
    Kind(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "iam",
        create=Call("attach_role_policy", names={"RoleName": "role"}),
        id="{role}/{policyArn}",
        look=Look(
            "list_attached_role_policies", {"RoleName": "{role}"}, "AttachedPolicies[?PolicyArn == '{policyArn}'] | [0]"
        ),
        delete=Call("detach_role_policy", {"RoleName": "{role}", "PolicyArn": "{policyArn}"}),
        fixed="policyArn role",
    ),
]
