"""Every type that the local cloud knows, by Pulumi's token."""

from local_cloud.aws import (
    apigatewayv2,
    autoscaling,
    chatbot,
    cloudwatch,
    ec2,
    ecr,
    ecs,
    efs,
    events,
    iam,
    instance_groups,
    kms,
    lambda_,
    launch_templates,
    lb,
    logs,
    route53,
    s3,
    scheduler,
    security_groups,
    servicediscovery,
    sfn,
    sns,
    sqs,
    wafv2,
)
from local_cloud.aws.kind import Kind

KINDS: dict[str, Kind] = {
    kind.token: kind
    for service in (
        apigatewayv2,
        autoscaling,
        chatbot,
        cloudwatch,
        ec2,
        ecr,
        ecs,
        efs,
        events,
        iam,
        instance_groups,
        kms,
        lambda_,
        launch_templates,
        lb,
        logs,
        route53,
        s3,
        scheduler,
        security_groups,
        servicediscovery,
        sfn,
        sns,
        sqs,
        wafv2,
    )
    for kind in service.KINDS
}
