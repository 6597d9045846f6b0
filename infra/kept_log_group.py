"""A log group that outlives its service: what was printed is history, and ends with its own retention.

So it may be there before its stack is: a service that is registered again under its name takes it over, lines and all.
"""

import pulumi
import pulumi_aws as aws


def kept_log_group(parent: pulumi.Resource, name: str, log_group: str, retention_days: int) -> aws.cloudwatch.LogGroup:
    """CreateLogGroup refuses a name that is taken, so one that is there is imported, and what differs is changed then.
    Where the stack has it already that is nothing."""
    within = pulumi.InvokeOptions(parent=parent)
    there = aws.cloudwatch.get_log_groups(log_group_name_prefix=log_group, opts=within).log_group_names
    return aws.cloudwatch.LogGroup(
        name,
        name=log_group,
        retention_in_days=retention_days,
        opts=pulumi.ResourceOptions(
            parent=parent, retain_on_delete=True, import_=log_group if log_group in there else None
        ),
    )
