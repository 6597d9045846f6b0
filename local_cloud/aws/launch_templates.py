"""EC2's launch templates: each change is another version of one template."""

from typing import Any

from local_cloud.aws.cloud import Cloud, input_shape
from local_cloud.aws.kind import Call, Kind, Look, Named, Step, Values
from local_cloud.aws.shapes import fit

DATA = (
    "blockDeviceMappings ebsOptimized iamInstanceProfile imageId instanceType metadataOptions monitoring "
    "networkInterfaces tagSpecifications userData vpcSecurityGroupIds"
)
NAMES = {"Groups": "securityGroups", "LaunchTemplateName": "name", "SecurityGroupIds": "vpcSecurityGroupIds"}


def template(properties: dict[str, Any]) -> dict[str, Any]:
    data = {prop: value for prop, value in properties.items() if prop in DATA.split()}
    return {"name": properties.get("name"), "launchTemplateData": data}


def next_version(cloud: Cloud, id: str, old: Values, new: Values) -> None:
    operation = "create_launch_template_version"
    data = fit(
        input_shape("ec2", operation).members["LaunchTemplateData"], template(dict(new))["launchTemplateData"], NAMES
    )
    made = cloud.call_once("ec2", operation, LaunchTemplateId=id, LaunchTemplateData=data)["LaunchTemplateVersion"]
    if new.get("updateDefaultVersion"):
        cloud.call("ec2", "modify_launch_template", LaunchTemplateId=id, DefaultVersion=str(made["VersionNumber"]))


KINDS = [
    Kind(
        "aws:ec2/launchTemplate:LaunchTemplate",
        "ec2",
        create=Call("create_launch_template", takes=DATA, reshape=template),
        made="LaunchTemplate",
        id="LaunchTemplateId",
        look=Look("describe_launch_templates", {"LaunchTemplateIds": ["{id}"]}, "LaunchTemplates[0]"),
        find=Look("describe_launch_templates", {"LaunchTemplateNames": ["{name}"]}, "LaunchTemplates[0]"),
        updates=(Step(DATA, next_version),),
        delete=Call("delete_launch_template", {"LaunchTemplateId": "{id}"}),
        fixed="name",
        local="updateDefaultVersion",
        names=NAMES,
        named=Named(longest=128),
        tags="{id}",
        outputs={
            "arn": "arn:{partition}:ec2:{region}:{account}:launch-template/{id}",
            "defaultVersion": "DefaultVersionNumber",
            "latestVersion": "LatestVersionNumber",
        },
    ),
]
