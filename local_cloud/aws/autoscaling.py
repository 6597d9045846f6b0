"""Application Auto Scaling: what may scale, and by which policy."""

from local_cloud.aws.kind import Call, Kind, Look, Named

TARGET = {
    "ServiceNamespace": "{serviceNamespace}",
    "ResourceId": "{resourceId}",
    "ScalableDimension": "{scalableDimension}",
}
POLICY = Call("put_scaling_policy", together="*", names={"PolicyName": "name"})

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
]
