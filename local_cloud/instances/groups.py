"""Auto Scaling groups whose instances have a type and the zones of their subnets, and keep what they are told:
MiniStack drops half of it. Of the instances that are too many those go first on which nothing runs."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Parameters = Mapping[str, Any]

_MIXED = "MixedInstancesPolicy.LaunchTemplate"


def install(groups: Any, ec2: Any, is_busy: Callable[[str], bool]) -> None:
    """``is_busy`` says of an instance's id whether tasks run on it."""
    for action in ("CreateAutoScalingGroup", "UpdateAutoScalingGroup"):
        groups._ACTION_MAP[action] = _keeping(groups, groups._ACTION_MAP[action])
    reconcile = groups._reconcile_instances

    def reconciled(group: dict[str, Any]) -> None:
        group["AvailabilityZones"] = _zones(ec2, group) or group["AvailabilityZones"]
        group["Instances"].sort(key=lambda one: not is_busy(one["InstanceId"]))
        reconcile(group)
        types = itertools.cycle(group.get("_types") or [_type_of(ec2, group["LaunchTemplate"])])
        for one, kind in zip(group["Instances"], types, strict=False):
            one.setdefault("InstanceType", kind)
            one.setdefault("_launched", groups.now_iso())

    groups._reconcile_instances = reconciled


def _keeping(groups: Any, handler: Any) -> Any:
    def kept(parameters: Parameters) -> Any:
        name = groups._p(parameters, "AutoScalingGroupName")
        before = groups._asgs.get(name)
        if before:
            _keep(groups, before, parameters)
        answer = handler(parameters)
        group = groups._asgs.get(name)
        if answer[0] == 200 and group and group is not before:
            _keep(groups, group, parameters)
            group["Instances"].clear()  # those that it made without knowing any of this
            groups._reconcile_instances(group)
        return answer

    return kept


def _keep(groups: Any, group: dict[str, Any], parameters: Parameters) -> None:
    specification = f"{_MIXED}.LaunchTemplateSpecification"
    for prefix in ("LaunchTemplate", specification):
        if template := groups._p(parameters, f"{prefix}.LaunchTemplateId"):
            version = groups._p(parameters, f"{prefix}.Version") or "$Default"
            group["LaunchTemplate"] = {"LaunchTemplateId": template, "LaunchTemplateName": "", "Version": version}
            group["_types"] = list(_overrides(groups, parameters))
    if protected := groups._p(parameters, "NewInstancesProtectedFromScaleIn"):
        group["NewInstancesProtectedFromScaleIn"] = protected == "true"


def _overrides(groups: Any, parameters: Parameters) -> Iterator[str]:
    for number in itertools.count(1):
        kind = groups._p(parameters, f"{_MIXED}.Overrides.member.{number}.InstanceType")
        if not kind:
            return
        yield kind


def _zones(ec2: Any, group: Mapping[str, Any]) -> list[str]:
    subnets = re.findall(r"subnet-\w+", group.get("VPCZoneIdentifier") or "")
    return [ec2._subnets[subnet]["AvailabilityZone"] for subnet in subnets if subnet in ec2._subnets]


def _type_of(ec2: Any, named: Mapping[str, Any]) -> str:
    template = ec2._launch_templates.get(named.get("LaunchTemplateId", ""))
    if template is None:
        return "m7i.large"
    numbers = {"$Latest": template["LatestVersionNumber"], "$Default": template["DefaultVersionNumber"]}
    number = int(numbers.get(named["Version"], named["Version"]))
    version = next(it for it in template["Versions"] if it["VersionNumber"] == number)
    return str(version["LaunchTemplateData"].get("InstanceType", "m7i.large"))
