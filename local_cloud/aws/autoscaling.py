"""Application Auto Scaling: what may scale, by which policy, and when to other limits."""

from typing import Any

from local_cloud.aws.cloud import CallFailed
from local_cloud.aws.kind import Call, Kind, Look, Named

TARGET = {
    "ServiceNamespace": "{serviceNamespace}",
    "ResourceId": "{resourceId}",
    "ScalableDimension": "{scalableDimension}",
}
POLICY = Call("put_scaling_policy", together="*", names={"PolicyName": "name"})


def action(properties: dict[str, Any]) -> dict[str, Any]:
    """moto takes limits that AWS refuses."""
    limits = properties["scalableTargetAction"]
    least, most = limits.get("minCapacity"), limits.get("maxCapacity")
    if least is not None and most is not None and least > most:
        reason = "Maximum capacity cannot be less than minimum capacity"
        raise CallFailed("put_scheduled_action", "ValidationException", reason)
    return properties


ACTION = Call("put_scheduled_action", reshape=action, together="*", names={"ScheduledActionName": "name"})

KINDS = [
    Kind(
        "aws:appautoscaling/target:Target",
        "application-autoscaling",
        create=Call("register_scalable_target"),
        id="{resourceId}",
        look=Look(
            "describe_scalable_targets",
            {
                "ServiceNamespace": "{serviceNamespace}",
                "ResourceIds": ["{resourceId}"],
                "ScalableDimension": "{scalableDimension}",
            },
            "ScalableTargets[0]",
        ),
        updates=(Call("register_scalable_target", TARGET),),
        delete=Call("deregister_scalable_target", TARGET),
        fixed="resourceId scalableDimension serviceNamespace",
        tags="{arn}",
        outputs={"arn": "ScalableTargetARN", "roleArn": "RoleARN"},
    ),
    Kind(
        "aws:appautoscaling/policy:Policy",
        "application-autoscaling",
        create=POLICY,
        id="{name}",
        look=Look(
            "describe_scaling_policies",
            {"ServiceNamespace": "{serviceNamespace}", "ResourceId": "{resourceId}", "PolicyNames": ["{name}"]},
            # moto answers with every policy of the resource, whatever names it is asked for.
            "ScalingPolicies[?PolicyName == '{name}'] | [0]",
        ),
        updates=(POLICY,),
        delete=Call("delete_scaling_policy", {**TARGET, "PolicyName": "{name}"}),
        fixed="name resourceId scalableDimension serviceNamespace",
        named=Named(longest=256),
        outputs={"arn": "PolicyARN", "alarmArns": "Alarms[].AlarmARN"},
    ),
    Kind(
        "aws:appautoscaling/scheduledAction:ScheduledAction",
        "application-autoscaling",
        create=ACTION,
        id="{name}",
        look=Look(
            "describe_scheduled_actions",
            {
                "ServiceNamespace": "{serviceNamespace}",
                "ResourceId": "{resourceId}",
                "ScheduledActionNames": ["{name}"],
            },
            "ScheduledActions[0]",
        ),
        updates=(ACTION,),
        delete=Call("delete_scheduled_action", {**TARGET, "ScheduledActionName": "{name}"}),
        fixed="name resourceId scalableDimension serviceNamespace",
        named=Named(longest=1600),
        outputs={"arn": "ScheduledActionARN"},
    ),
]
