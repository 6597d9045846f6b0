"""CloudWatch Logs: log groups."""

from local_cloud.aws.kind import Call, Kind, Look, Named

KINDS = [
    Kind(
        "aws:cloudwatch/logGroup:LogGroup",
        "logs",
        create=Call("create_log_group"),
        id="{name}",
        look=Look("describe_log_groups", {"logGroupNamePrefix": "{id}"}, "logGroups[?logGroupName == '{id}'] | [0]"),
        updates=(
            Call("put_retention_policy", {"logGroupName": "{id}"}, off="delete_retention_policy"),
            Call("associate_kms_key", {"logGroupName": "{id}"}, off="disassociate_kms_key"),
        ),
        delete=Call("delete_log_group", {"logGroupName": "{id}"}),
        kept_if="skipDestroy",
        fixed="logGroupClass name",
        local="skipDestroy",
        names={"logGroupName": "name"},
        named=Named(longest=512),
        tags="arn:{partition}:logs:{region}:{account}:log-group:{id}",
        outputs={"arn": "arn:{partition}:logs:{region}:{account}:log-group:{id}"},
    ),
]
