"""IAM: roles and their policies, and what hands a role to an instance."""

from local_cloud.aws.cloud import CallFailed, Cloud
from local_cloud.aws.kind import Call, Kind, Look, Named, Step, Values
from local_cloud.aws.tags import pairs


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


def hand_over(cloud: Cloud, id: str, old: Values, new: Values) -> None:
    """A profile holds one role at most."""
    profile = cloud.call("iam", "get_instance_profile", InstanceProfileName=id)["InstanceProfile"]
    held, wanted = {role["RoleName"] for role in profile["Roles"]}, {new["role"]} if new.get("role") else set()
    for role in held - wanted:
        take_back(cloud, id, {"role": role})
    for role in wanted - held:
        cloud.call("iam", "add_role_to_instance_profile", InstanceProfileName=id, RoleName=role)


def take_back(cloud: Cloud, id: str, inputs: Values) -> None:
    if not inputs.get("role"):
        return
    try:
        cloud.call("iam", "remove_role_from_instance_profile", InstanceProfileName=id, RoleName=inputs["role"])
    except CallFailed as failure:
        if not failure.is_gone:
            raise


def retag_profile(cloud: Cloud, id: str, old: Values, new: Values) -> None:
    tags = new.get("tags") or {}
    if tags:
        cloud.call("iam", "tag_instance_profile", InstanceProfileName=id, Tags=pairs(tags))
    if gone := sorted(set(old.get("tags") or {}) - set(tags)):
        cloud.call("iam", "untag_instance_profile", InstanceProfileName=id, TagKeys=gone)


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
        "aws:iam/instanceProfile:InstanceProfile",
        "iam",
        create=Call("create_instance_profile"),
        made="InstanceProfile",
        id="{name}",
        look=Look("get_instance_profile", {"InstanceProfileName": "{id}"}, "InstanceProfile"),
        updates=(Step("role", hand_over), Step("tags", retag_profile)),
        before_delete=take_back,
        delete=Call("delete_instance_profile", {"InstanceProfileName": "{id}"}),
        fixed="name path",
        names={"InstanceProfileName": "name"},
        named=Named(longest=128),
        outputs={"arn": "Arn", "uniqueId": "InstanceProfileId", "path": "Path"},
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
