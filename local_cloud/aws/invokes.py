"""Look-up functions: what a program asks of AWS without making anything.

Only those whose answer comes from the account itself. ``getPolicyDocument`` is arithmetic, and is here because the real
provider does it too.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from local_cloud.aws.cloud import Cloud
from local_cloud.aws.policy_document import policy_document
from local_cloud.aws.tags import tag_mapping
from local_cloud.aws.templates import look
from local_cloud.engine.provider import ProviderError

Arguments = Mapping[str, Any]
Answer = dict[str, Any]


def answer(cloud: Cloud, token: str, arguments: Arguments) -> Answer:
    if token not in INVOKES:
        raise ProviderError(f"the local cloud has no look-up {token}; add it in local_cloud/aws/invokes.py")
    return {**arguments, **INVOKES[token](cloud, arguments)}


def _caller_identity(cloud: Cloud, arguments: Arguments) -> Answer:
    who = cloud.call("sts", "get_caller_identity")
    return {"id": who["Account"], "accountId": who["Account"], "arn": who["Arn"], "userId": who["UserId"]}


def _region(cloud: Cloud, arguments: Arguments) -> Answer:
    name = arguments.get("region") or arguments.get("name") or cloud.region
    endpoint = f"ec2.{name}.amazonaws.com"
    return {"id": name, "name": name, "region": name, "description": name, "endpoint": endpoint}


def _partition(cloud: Cloud, arguments: Arguments) -> Answer:
    suffix = "amazonaws.com.cn" if cloud.partition == "aws-cn" else "amazonaws.com"
    reverse = ".".join(reversed(suffix.split(".")))
    return {"id": cloud.partition, "partition": cloud.partition, "dnsSuffix": suffix, "reverseDnsPrefix": reverse}


def _zones(cloud: Cloud, arguments: Arguments) -> Answer:
    """``excludeZoneIds`` excludes nothing: the emulator's ids are no account's, and tasks start in all its zones."""
    zones = cloud.call("ec2", "describe_availability_zones", **_filters(arguments))["AvailabilityZones"]
    wanted = arguments.get("state")
    zones = sorted((zone for zone in zones if not wanted or zone["State"] == wanted), key=lambda zone: zone["ZoneName"])
    ids = [zone.get("ZoneId", "") for zone in zones]
    return {
        "id": cloud.region,
        "names": [zone["ZoneName"] for zone in zones],
        "zoneIds": ids,
        "groupNames": [cloud.region],
    }


def _vpc(cloud: Cloud, arguments: Arguments) -> Answer:
    ids = {"VpcIds": [arguments["id"]]} if arguments.get("id") else {}
    vpc = _one("VPC", cloud.call("ec2", "describe_vpcs", **ids, **_filters(arguments))["Vpcs"])
    arn = f"arn:{cloud.partition}:ec2:{cloud.region}:{cloud.account}:vpc/{vpc['VpcId']}"
    return {"id": vpc["VpcId"], "arn": arn, "cidrBlock": vpc["CidrBlock"], "tags": tag_mapping(vpc)}


def _subnets(cloud: Cloud, arguments: Arguments) -> Answer:
    found = cloud.call("ec2", "describe_subnets", **_filters(arguments))["Subnets"]
    return {"id": cloud.region, "ids": sorted(subnet["SubnetId"] for subnet in found)}


def _subnet(cloud: Cloud, arguments: Arguments) -> Answer:
    ids = {"SubnetIds": [arguments["id"]]} if arguments.get("id") else {}
    subnet = _one("subnet", cloud.call("ec2", "describe_subnets", **ids, **_filters(arguments))["Subnets"])
    names = {"id": "SubnetId", "vpcId": "VpcId", "cidrBlock": "CidrBlock", "availabilityZone": "AvailabilityZone"}
    return {prop: look(path, subnet) for prop, path in names.items()} | {"tags": tag_mapping(subnet)}


def _security_groups(cloud: Cloud, arguments: Arguments) -> Answer:
    """None is an answer too."""
    found = cloud.call("ec2", "describe_security_groups", **_filters(arguments))["SecurityGroups"]
    ids = sorted(group["GroupId"] for group in found)
    arns = [f"arn:{cloud.partition}:ec2:{cloud.region}:{cloud.account}:security-group/{id}" for id in ids]
    return {"id": cloud.region, "ids": ids, "arns": arns, "vpcIds": [group["VpcId"] for group in found]}


def _log_groups(cloud: Cloud, arguments: Arguments) -> Answer:
    """None is an answer too."""
    asked = {"logGroupNamePrefix": arguments["logGroupNamePrefix"]} if arguments.get("logGroupNamePrefix") else {}
    found: list[Answer] = []
    more: Answer = {}
    while True:
        page = cloud.call("logs", "describe_log_groups", **asked, **more)
        found += page["logGroups"]
        if not page.get("nextToken"):
            break
        more = {"nextToken": page["nextToken"]}
    names = [group["logGroupName"] for group in found]
    return {"id": cloud.region, "logGroupNames": names, "arns": [group["arn"].removesuffix(":*") for group in found]}


def _secret_version(cloud: Cloud, arguments: Arguments) -> Answer:
    which = {"VersionId": arguments["versionId"]} if arguments.get("versionId") else {}
    which |= {"VersionStage": arguments["versionStage"]} if arguments.get("versionStage") else {}
    found = cloud.call("secretsmanager", "get_secret_value", SecretId=arguments["secretId"], **which)
    names = {"arn": "ARN", "versionId": "VersionId", "secretString": "SecretString"}
    return {"id": f"{arguments['secretId']}|{found['VersionId']}", **{prop: found[it] for prop, it in names.items()}}


def _hosted_zone_of_load_balancers(cloud: Cloud, arguments: Arguments) -> Answer:
    """A table of the real provider's; the emulators know one zone for all their load balancers."""
    return {"id": _BALANCERS_ZONE, "region": cloud.region}


_BALANCERS_ZONE = "Z35SXDOTRQ7X7K"


def _policy_document(cloud: Cloud, arguments: Arguments) -> Answer:
    document = policy_document(arguments)
    return {"id": "document", "json": json.dumps(document, indent=2), "minifiedJson": json.dumps(document)}


def _filters(arguments: Arguments) -> Answer:
    wanted = [{"Name": item["name"], "Values": item["values"]} for item in arguments.get("filters") or ()]
    wanted += [{"Name": f"tag:{key}", "Values": [value]} for key, value in (arguments.get("tags") or {}).items()]
    return {"Filters": wanted} if wanted else {}


def _one(what: str, found: list[Answer]) -> Answer:
    if len(found) != 1:
        raise ProviderError(f"{len(found)} of what was asked for exist, expected one {what}; narrow the look-up")
    return found[0]


INVOKES: dict[str, Callable[[Cloud, Arguments], Answer]] = {
    "aws:cloudwatch/getLogGroups:getLogGroups": _log_groups,
    "aws:ec2/getSecurityGroups:getSecurityGroups": _security_groups,
    "aws:ec2/getSubnet:getSubnet": _subnet,
    "aws:ec2/getSubnets:getSubnets": _subnets,
    "aws:ec2/getVpc:getVpc": _vpc,
    "aws:iam/getPolicyDocument:getPolicyDocument": _policy_document,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
    "aws:lb/getHostedZoneId:getHostedZoneId": _hosted_zone_of_load_balancers,
    "aws:secretsmanager/getSecretVersion:getSecretVersion": _secret_version,
}
