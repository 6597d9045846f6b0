"""EC2's security groups and their rules."""

from typing import Any

from local_cloud.aws.cloud import CallFailed, Cloud
from local_cloud.aws.ec2 import ARN
from local_cloud.aws.kind import Call, Kind, Look, Named, Step, Values

DIRECTIONS = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}


def revoke_default_egress(cloud: Cloud, id: str, old: Values, new: Values) -> None:
    """As the real provider does, takes away the rule that lets everything out, which AWS gives every new group."""
    [group] = cloud.call("ec2", "describe_security_groups", GroupIds=[id])["SecurityGroups"]
    if group["IpPermissionsEgress"]:
        cloud.call("ec2", "revoke_security_group_egress", GroupId=id, IpPermissions=group["IpPermissionsEgress"])


def remove_default_rules(cloud: Cloud, id: str, old: Values, new: Values) -> None:
    """The group that AWS makes with a VPC is adopted, not made: as with the real provider it loses all its rules."""
    [group] = cloud.call("ec2", "describe_security_groups", GroupIds=[id])["SecurityGroups"]
    for direction, member in DIRECTIONS.items():
        if group[member]:
            cloud.call("ec2", f"revoke_security_group_{direction}", GroupId=id, IpPermissions=group[member])


def set_rules(cloud: Cloud, id: str, old: Values, new: Values) -> None:
    for direction in DIRECTIONS:
        before, after = _permissions(old, direction, id), _permissions(new, direction, id)
        if before == after:
            continue
        if before:
            cloud.call("ec2", f"revoke_security_group_{direction}", GroupId=id, IpPermissions=before)
        if after:
            _authorize(cloud, direction, id, after)


def _authorize(cloud: Cloud, direction: str, id: str, permissions: list[dict[str, Any]]) -> None:
    try:
        cloud.call("ec2", f"authorize_security_group_{direction}", GroupId=id, IpPermissions=permissions)
    except CallFailed as failure:
        if failure.code != "InvalidPermission.Duplicate":
            raise


def _permissions(inputs: Values, direction: str, own_id: str) -> list[dict[str, Any]]:
    return [_permission(rule, own_id) for rule in inputs.get(direction) or ()]


def _permission(rule: Values, own_id: str) -> dict[str, Any]:
    said = {"Description": rule["description"]} if rule.get("description") else {}
    groups = [*(rule.get("securityGroups") or ()), *([own_id] if rule.get("self") else ())]
    sources = {
        "IpRanges": [{"CidrIp": cidr, **said} for cidr in rule.get("cidrBlocks") or ()],
        "Ipv6Ranges": [{"CidrIpv6": cidr, **said} for cidr in rule.get("ipv6CidrBlocks") or ()],
        "PrefixListIds": [{"PrefixListId": id, **said} for id in rule.get("prefixListIds") or ()],
        "UserIdGroupPairs": [{"GroupId": id, **said} for id in groups],
    }
    return {**_ports(rule, str(rule["protocol"])), **{member: items for member, items in sources.items() if items}}


def _ports(rule: Values, protocol: str) -> dict[str, Any]:
    if protocol in ("-1", "all"):
        return {"IpProtocol": "-1"}
    return {"IpProtocol": protocol, "FromPort": int(rule["fromPort"]), "ToPort": int(rule["toPort"])}


SOURCES = {
    "cidrIpv4": ("IpRanges", "CidrIp"),
    "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
    "prefixListId": ("PrefixListIds", "PrefixListId"),
    "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
}
RULE = "cidrIpv4 cidrIpv6 description fromPort ipProtocol prefixListId referencedSecurityGroupId toPort"


def permission(properties: dict[str, Any]) -> dict[str, Any]:
    """One rule, in the form of ``authorize_security_group_…``."""
    said = {"Description": properties["description"]} if properties.get("description") else {}
    [prop] = [prop for prop in SOURCES if properties.get(prop)]
    member, key = SOURCES[prop]
    ports = _ports(properties, str(properties["ipProtocol"]))
    return {"ipPermissions": [{**ports, member: [{key: properties[prop], **said}]}]}


def change_rule(cloud: Cloud, id: str, old: Values, new: Values) -> None:
    described = {
        "CidrIpv4": new.get("cidrIpv4"),
        "CidrIpv6": new.get("cidrIpv6"),
        "PrefixListId": new.get("prefixListId"),
        "ReferencedGroupId": new.get("referencedSecurityGroupId"),
        "Description": new.get("description"),
        "FromPort": -1,
        "ToPort": -1,
        **_ports(new, str(new["ipProtocol"])),
    }
    rule = {member: value for member, value in described.items() if value is not None}
    wanted = [{"SecurityGroupRuleId": id, "SecurityGroupRule": rule}]
    cloud.call("ec2", "modify_security_group_rules", GroupId=new["securityGroupId"], SecurityGroupRules=wanted)


def find_rule(is_egress: bool) -> Any:
    def find(cloud: Cloud, inputs: Values) -> str | None:
        group = [{"Name": "group-id", "Values": [inputs["securityGroupId"]]}]
        rules = cloud.call("ec2", "describe_security_group_rules", Filters=group)["SecurityGroupRules"]
        return next((rule["SecurityGroupRuleId"] for rule in rules if _is_rule(rule, inputs, is_egress)), None)

    return find


def _is_rule(rule: Values, inputs: Values, is_egress: bool) -> bool:
    source = {
        "cidrIpv4": rule.get("CidrIpv4"),
        "cidrIpv6": rule.get("CidrIpv6"),
        "prefixListId": rule.get("PrefixListId"),
        "referencedSecurityGroupId": (rule.get("ReferencedGroupInfo") or {}).get("GroupId"),
    }
    ports = _ports(inputs, str(inputs["ipProtocol"]))
    return (
        rule["GroupId"] == inputs["securityGroupId"]
        and rule["IsEgress"] == is_egress
        and all(inputs.get(prop) == value for prop, value in source.items() if value or inputs.get(prop))
        and all(rule.get(member) == value for member, value in ports.items())
    )


def rule_kind(token: str, direction: str) -> Kind:
    return Kind(
        token,
        "ec2",
        create=Call(
            f"authorize_security_group_{direction}", {"GroupId": "{securityGroupId}"}, takes=RULE, reshape=permission
        ),
        made="SecurityGroupRules[0]",
        id="SecurityGroupRuleId",
        look=Look("describe_security_group_rules", {"SecurityGroupRuleIds": ["{id}"]}, "SecurityGroupRules[0]"),
        find=find_rule(is_egress=direction == "egress"),
        updates=(Step(RULE, change_rule),),
        delete=Call(
            f"revoke_security_group_{direction}",
            {"GroupId": "{securityGroupId}", "SecurityGroupRuleIds": ["{id}"]},
        ),
        fixed="securityGroupId",
        tags="{id}",
        outputs={"arn": ARN + "security-group-rule/{id}", "securityGroupRuleId": "{id}"},
    )


DEFAULT_GROUP = "SecurityGroups[?VpcId == '{vpcId}' && GroupName == 'default'] | [0]"

KINDS = [
    Kind(
        "aws:ec2/securityGroup:SecurityGroup",
        "ec2",
        create=Call(
            "create_security_group",
            names={"GroupName": "name"},
            reshape=lambda properties: {"description": "Managed by Pulumi", **properties},
        ),
        id="GroupId",
        look=Look("describe_security_groups", {"GroupIds": ["{id}"]}, "SecurityGroups[0]"),
        find=Look("describe_security_groups", {}, "SecurityGroups[?VpcId == '{vpcId}' && GroupName == '{name}'] | [0]"),
        updates=(Step("", revoke_default_egress, on_create=True), Step("ingress egress", set_rules)),
        delete=Call("delete_security_group", {"GroupId": "{id}"}),
        fixed="description name vpcId",
        local="revokeRulesOnDelete",
        names={"GroupName": "name"},
        named=Named(),
        tags="{id}",
        outputs={"arn": ARN + "security-group/{id}", "ownerId": "OwnerId"},
    ),
    Kind(
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "ec2",
        create=Call("describe_security_groups"),
        made=DEFAULT_GROUP,
        id="GroupId",
        look=Look("describe_security_groups", {"GroupIds": ["{id}"]}, "SecurityGroups[0]"),
        find=Look("describe_security_groups", {}, DEFAULT_GROUP),
        updates=(Step("", remove_default_rules, on_create=True), Step("ingress egress", set_rules)),
        fixed="vpcId",
        local="revokeRulesOnDelete",
        tags="{id}",
        outputs={"arn": ARN + "security-group/{id}", "name": "GroupName", "description": "Description"},
    ),
    rule_kind("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ingress"),
    rule_kind("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "egress"),
]
