"""IAM: the statements that let ECS start a task and let a running program use AWS.

A resource ``*`` stands only where AWS offers nothing narrower, with its reason beside it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from service_catalog import naming
from service_catalog.arns import bucket_arn, role_arn
from service_catalog.model import Environment

Statement = dict[str, Any]
_TASKS = "ecs-tasks.amazonaws.com"


def document(statements: Sequence[Statement]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions: Sequence[str], resources: Sequence[Any], condition: Mapping[str, Any] | None = None) -> Statement:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
    return statement | {"Condition": dict(condition)} if condition else statement


def tasks_may_assume(environment: Environment) -> dict[str, Any]:
    """Only ECS, and only on behalf of this account's own tasks."""
    return _may_assume(environment, _TASKS, environment.arn("ecs", "*"))


def state_machine_may_assume(environment: Environment, service: str) -> dict[str, Any]:
    """Only Step Functions, and only on behalf of the service's own state machine."""
    return _may_assume(environment, "states.amazonaws.com", state_machine_arn(environment, service))


def schedules_may_assume(environment: Environment) -> dict[str, Any]:
    """Only EventBridge Scheduler, for schedules of the environment's group: it names the group, never the schedule."""
    source = environment.arn("scheduler", f"schedule-group/{naming.schedule_group(environment.name)}")
    return _may_assume(environment, "scheduler.amazonaws.com", source)


def ecs_may_assume(environment: Environment) -> dict[str, Any]:
    """Only ECS itself, and only on behalf of a service of the environment's cluster."""
    cluster = naming.cluster(environment.name)
    return _may_assume(environment, "ecs.amazonaws.com", environment.arn("ecs", f"service/{cluster}/*"))


def ecs_infrastructure_may_assume(environment: Environment) -> dict[str, Any]:
    """Only ECS itself, and only on behalf of this account; of whom in it, AWS leaves open."""
    return _may_assume(environment, "ecs.amazonaws.com", environment.arn("ecs", "*"))


def instances_may_assume(environment: Environment) -> dict[str, Any]:
    """EC2, which gives a role to instances of the role's own account only, and says of no instance whose it is."""
    principal = {"Service": f"ec2.{environment.dns_suffix}"}
    return document([{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}])


def flow_logs_may_assume(environment: Environment) -> dict[str, Any]:
    """Only VPC Flow Logs, and only on behalf of this account's own."""
    return _may_assume(environment, "vpc-flow-logs.amazonaws.com", environment.arn("ec2", "vpc-flow-log/*"))


def chat_may_assume(environment: Environment) -> dict[str, Any]:
    """Amazon Q Developer in chat applications, for this account's own channels."""
    own = f"arn:{environment.partition}:chatbot::{environment.account_id}:*"
    return _may_assume(environment, "chatbot.amazonaws.com", own)


def _may_assume(environment: Environment, principal: str, source: str) -> dict[str, Any]:
    return document(
        [
            {
                "Effect": "Allow",
                "Principal": {"Service": principal},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": environment.account_id},
                    "ArnLike": {"aws:SourceArn": source},
                },
            }
        ]
    )


# --- starting a task --------------------------------------------------------------------------------------------------


def pull_from(repository_arns: Sequence[str]) -> Statement:
    return allow(
        ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"], repository_arns
    )


def pull_images(repository_arns: Sequence[str]) -> list[Statement]:
    return [
        pull_from(repository_arns),
        # The token opens the whole registry; ECR offers no narrower resource for it. What it may pull is said above.
        allow(["ecr:GetAuthorizationToken"], ["*"]),
    ]


def write_log_streams(log_group_arn: Any) -> Statement:
    """``log_group_arn`` ends in ``:*``, which stands for the group's streams."""
    return allow(["logs:CreateLogStream", "logs:PutLogEvents"], [log_group_arn])


def read_env_files(environment: Environment, service: str) -> list[Statement]:
    """Every version of the service's own files, so that a roll back to any release can start."""
    bucket = bucket_arn(environment, naming.config_bucket(environment.name, environment.account_id))
    return [
        allow(["s3:GetObject"], [f"{bucket}/{naming.env_prefix(service)}*"]),
        allow(["s3:GetBucketLocation"], [bucket]),
    ]


def read_parameters(arns: Sequence[str]) -> Statement:
    return allow(["ssm:GetParameters"], arns)


def decrypt_secrets(key_arns: Sequence[str]) -> Statement:
    """ECS asks for a secret as the execution role, and SSM and Secrets Manager ask KMS as whoever asks them."""
    return allow(["kms:Decrypt"], key_arns)


def read_secrets(arns: Sequence[str]) -> Statement:
    return allow(["secretsmanager:GetSecretValue"], arns)


# --- the running program ----------------------------------------------------------------------------------------------


SESSION_CHANNELS = [f"ssmmessages:{verb}{kind}Channel" for verb in ("Create", "Open") for kind in ("Control", "Data")]


def exec_session(environment: Environment, log_group_arn: Any, key_arn: Any) -> list[Statement]:
    """What the agent beside the program needs for ECS Exec and its audit log. ``log_group_arn`` ends in ``:*``."""
    return [
        # Session channels have no ARN: AWS defines no resource types for ssmmessages.
        allow(SESSION_CHANNELS, ["*"]),
        # The agent lists the groups to find its own; a list has no narrower resource.
        allow(["logs:DescribeLogGroups"], ["*"]),
        allow(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], [log_group_arn]),
        allow(["kms:Decrypt"], [key_arn]),
    ]


def route_logs(environment: Environment, service: str) -> list[Statement]:
    """What the log router beside the program needs: its configuration, any release's, and the service's log groups."""
    bucket = bucket_arn(environment, naming.config_bucket(environment.name, environment.account_id))
    group = naming.log_group(environment.name, service)
    streams = [environment.arn("logs", f"log-group:{group}{it}:*") for it in ("", "/*")]
    return [
        allow(["s3:GetObject"], [f"{bucket}/{naming.log_routing_prefix(service)}*"]),
        allow(["s3:GetBucketLocation"], [bucket]),
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], streams),
    ]


def mount_file_system(arn: Any, access_points: str, *, read_only: bool) -> Statement:
    """By way of an access point alone, which says where and as whom. ``access_points`` may end in ``*``: of a file
    system whose access points the service makes, an earlier release has an earlier one."""
    verbs = ["Mount"] if read_only else ["Mount", "Write"]
    through = {"ArnLike": {"elasticfilesystem:AccessPointArn": access_points}}
    return allow([f"elasticfilesystem:Client{verb}" for verb in verbs], [arn], through)


# --- the environment itself -------------------------------------------------------------------------------------------


def deliver_flow_logs(log_group_arn: str) -> list[Statement]:
    """EC2 has a stream for each network interface."""
    return [
        allow(
            ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            [log_group_arn, f"{log_group_arn}:*"],
        ),
        # A list of groups has no narrower resource.
        allow(["logs:DescribeLogGroups"], ["*"]),
    ]


def look_at_alarms(environment: Environment) -> list[Statement]:
    """What a message about an alarm shows of it."""
    here = {"StringEquals": {"aws:RequestedRegion": environment.region}}
    return [
        allow(["cloudwatch:DescribeAlarms"], [environment.arn("cloudwatch", f"alarm:{environment.name}_*")]),
        # CloudWatch knows no resource for metrics.
        allow(["cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics"], ["*"], here),
    ]


# --- shifting traffic -------------------------------------------------------------------------------------------------


def shift_traffic(environment: Environment, service: str) -> list[Statement]:
    """What ECS needs for a service's own target groups and rules, which bear its tags."""
    elb = "elasticloadbalancing"
    described = ("Listeners", "Rules", "TargetGroups", "TargetHealth")
    own = {"StringEquals": {f"aws:ResourceTag/{k}": v for k, v in naming.tags(environment.name, service).items()}}
    groups, rules = environment.arn(elb, "targetgroup/*/*"), environment.arn(elb, "listener-rule/app/*/*/*/*")
    return [
        # Elastic Load Balancing offers no narrower resource for what only looks.
        allow([f"{elb}:Describe{what}" for what in described], ["*"]),
        allow([f"{elb}:RegisterTargets", f"{elb}:DeregisterTargets"], [groups], own),
        allow([f"{elb}:ModifyRule"], [rules], own),
    ]


# --- starting runs ----------------------------------------------------------------------------------------------------


def run_tasks(environment: Environment, service: str) -> list[Statement]:
    """What a service's state machine needs: to start its tasks, to hear of their end, to stop them on a time-out."""
    where = (environment.name, service)
    cluster = naming.cluster(environment.name)
    in_cluster = {"ArnEquals": {"ecs:cluster": environment.arn("ecs", f"cluster/{cluster}")}}
    tasks = environment.arn("ecs", f"task/{cluster}/*")
    bucket = bucket_arn(environment, naming.config_bucket(environment.name, environment.account_id))
    roles = [role_arn(environment, role(*where)) for role in (naming.execution_role, naming.task_role)]
    families = [environment.arn("ecs", f"task-definition/{naming.release_family(*where)}:*")]
    return [
        allow(["ecs:RunTask"], families, in_cluster),
        # As a task starts it gets the tags of its revision.
        allow(["ecs:TagResource"], [tasks], {"StringEquals": {"ecs:CreateAction": "RunTask"}}),
        allow(["ecs:StopTask", "ecs:DescribeTasks"], [tasks], in_cluster),
        allow(["iam:PassRole"], roles, {"StringEquals": {"iam:PassedToService": _TASKS}}),
        # Step Functions' own rule, by which it hears of tasks that ended.
        allow(
            ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
            [environment.arn("events", "rule/StepFunctionsGetEventsForECSTaskRule")],
        ),
        allow(["s3:GetObject"], [f"{bucket}/{naming.live_key(service)}"]),
        # Without it S3 says of an object that is not there that access is denied.
        allow(["s3:ListBucket"], [bucket]),
        allow(["states:ListExecutions"], [state_machine_arn(environment, service)]),
    ]


def start_runs(environment: Environment, service: str) -> list[Statement]:
    return [allow(["states:StartExecution"], [state_machine_arn(environment, service)])]


def state_machine_arn(environment: Environment, service: str) -> str:
    return environment.arn("states", f"stateMachine:{naming.state_machine(environment.name, service)}")
