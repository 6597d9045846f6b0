"""What the portal may do in an environment: what ``runtime/`` calls, what those calls need, and nothing else.

``permissions: [{ platform: portal }]`` gives it to a service, and ``docs/rights/portal.json`` holds it for whoever runs
the portal elsewhere; ``python -m infra.documents.portal_rights`` writes that file. Tests keep it equal to the calls.

History is written once, also by the portal: what makes an object below ``env/``, ``releases/`` and ``audit/`` must say
that there is none yet, and no right to delete is here. So whoever takes the portal over cannot rewrite who did what.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.documents.policies import Statement, allow, document
from service_catalog import naming
from service_catalog.arns import bucket_arn, role_arn
from service_catalog.model import Environment

FILE = Path(__file__).resolve().parents[2] / "docs" / "rights" / "portal.json"
EXAMPLE = Environment(name="dev", account_id="123456789012", region="ap-northeast-1", cost_explorer=True)
"""The environment that the file is written for"""
LISTED = [
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:RegisterScalableTarget",
    "cloudwatch:GetMetricData",
    "ec2:DescribeAddresses",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ecs:DeregisterTaskDefinition",
    "ecs:DescribeTaskDefinition",
    "elasticloadbalancing:DescribeAccountLimits",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetGroups",
    "logs:DescribeLogGroups",
    "scheduler:ListSchedules",
    "secretsmanager:ListSecrets",
    "servicequotas:GetServiceQuota",
    "ssm:DescribeParameters",
]
"""Everything of a region, or nothing"""
_WRITTEN_ONCE = ("env", "releases", "audit", "portal/tokens", "portal/requests")
_REPLACED = ("heads", "live", "portal/bills", "portal/people", "portal/sign-outs", "portal/token-uses")
_WATCHED = ("container-instance", "service", "service-deployment", "service-revision", "task")


def statements(environment: Environment) -> list[Statement]:
    return [
        *_config_bucket(environment),
        *_services(environment),
        *_runs_and_queues(environment),
        *_secrets(environment),
        *_keys(environment),
        *_platform(environment),
        *_logs_and_alarms(environment),
    ]


def _config_bucket(environment: Environment) -> list[Statement]:
    bucket = bucket_arn(environment, naming.config_bucket(environment.name, environment.account_id))

    def below(prefixes: tuple[str, ...]) -> list[str]:
        return [f"{bucket}/{prefix}/*" for prefix in prefixes]

    says_that_it_is_new = {"Null": {"s3:if-none-match": "false"}}
    return [
        _named("ReadTheConfigBucket", ["s3:GetObject", "s3:ListBucket"], [bucket, f"{bucket}/*"]),
        _named("WriteHistoryOnce", ["s3:PutObject"], below(_WRITTEN_ONCE), says_that_it_is_new),
        _named("WriteIndexes", ["s3:PutObject"], below(_REPLACED)),
    ]


def _services(environment: Environment) -> list[Statement]:
    name, cluster = environment.name, naming.cluster(environment.name)
    actions = [
        "ecs:ContinueServiceDeployment",
        "ecs:DescribeContainerInstances",
        "ecs:DescribeServiceDeployments",
        "ecs:DescribeServiceRevisions",
        "ecs:DescribeServices",
        "ecs:DescribeTasks",
        "ecs:ListServiceDeployments",
        "ecs:StopServiceDeployment",
        "ecs:UpdateService",
    ]
    whole = environment.arn("ecs", f"cluster/{cluster}")
    definitions = environment.arn("ecs", f"task-definition/{name}_*")
    to_tasks_and_schedules = ["ecs-tasks.amazonaws.com", "scheduler.amazonaws.com"]
    return [
        _named("WatchAndReleaseServices", actions, [environment.arn("ecs", f"{it}/{cluster}/*") for it in _WATCHED]),
        _named(
            "ListTheCluster",
            ["ecs:ListServices", "ecs:ListTasks"],
            ["*"],
            {"ArnEquals": {"ecs:cluster": whole}},
        ),
        _named("ListInstances", ["ecs:ListContainerInstances"], [whole]),
        _named("RegisterReleases", ["ecs:RegisterTaskDefinition", "ecs:TagResource"], [definitions]),
        _named(
            "HandOnRoles",
            ["iam:PassRole"],
            [role_arn(environment, f"{name}_*")],
            {"StringEquals": {"iam:PassedToService": to_tasks_and_schedules}},
        ),
    ]


def _runs_and_queues(environment: Environment) -> list[Statement]:
    name = environment.name
    machines = [environment.arn("states", f"{kind}:{name}_*") for kind in ("stateMachine", "execution")]
    runs = ["DescribeExecution", "GetExecutionHistory", "ListExecutions", "StartExecution", "StopExecution"]
    schedules = environment.arn("scheduler", f"schedule/{naming.schedule_group(name)}/*")
    back = ["sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage", "sqs:StartMessageMoveTask"]
    return [
        _named("StartAndWatchRuns", [f"states:{it}" for it in runs], machines),
        _named("PauseSchedules", ["scheduler:GetSchedule", "scheduler:UpdateSchedule"], [schedules]),
        _named("CountMessages", ["sqs:GetQueueAttributes"], [environment.arn("sqs", "*")]),
        _named("SendDeadLettersBack", back, [environment.arn("sqs", f"{name}_*")]),
    ]


def _secrets(environment: Environment) -> list[Statement]:
    """Made below the prefixes of services, and neither read, changed nor deleted."""
    parameters = environment.arn("ssm", f"parameter/{environment.name}/*")
    secrets = environment.arn("secretsmanager", f"secret:{environment.name}/*")
    made = ["secretsmanager:CreateSecret", "secretsmanager:TagResource", "ssm:AddTagsToResource"]
    return [
        _named(
            "MakeParameters",
            ["ssm:PutParameter"],
            [parameters],
            {"StringEquals": {"ssm:Overwrite": "false"}},
        ),
        _named("MakeSecrets", made, [secrets, parameters]),
    ]


def _keys(environment: Environment) -> list[Statement]:
    """Those of yours, only through what they encrypt: secrets, dead letters on their way back, and events."""
    through = [f"{it}.{environment.region}.{environment.dns_suffix}" for it in ("secretsmanager", "sns", "sqs", "ssm")]
    return [
        _named(
            "UseKeys",
            ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
            [environment.arn("kms", "key/*")],
            {"StringEquals": {"kms:ViaService": through}},
        ),
    ]


def _platform(environment: Environment) -> list[Statement]:
    """Much of it is listed, for which AWS offers nothing narrower than the region, or the account."""
    bills = ["ce:GetCostAndUsage"] if environment.cost_explorer else []
    here = {"StringEquals": {"aws:RequestedRegion": environment.region}}
    return [
        _named("ListWhatHasNothingNarrower", LISTED, ["*"], here),
        _named("SeeTheAccount", [*bills, "iam:GetAccountSummary"], ["*"]),
        _named("SeeCertificates", ["acm:DescribeCertificate"], [environment.arn("acm", "certificate/*")]),
        _named(
            "SeeImagesAndSecrets",
            ["ecr:DescribeImages", "ecr:DescribeRepositories", "secretsmanager:DescribeSecret"],
            [environment.arn("ecr", "repository/*"), environment.arn("secretsmanager", "secret:*")],
        ),
    ]


def _logs_and_alarms(environment: Environment) -> list[Statement]:
    name = environment.name
    alarms = environment.arn("sns", f"{name}-alarms-*")
    events = environment.arn("sns", naming.events_topic(name))
    groups = environment.arn("logs", f"log-group:{naming.log_group(name, '*')}")
    return [
        _named(
            "SeeAlarmsAndWhoHears",
            ["cloudwatch:DescribeAlarms", "sns:ListSubscriptionsByTopic"],
            [environment.arn("cloudwatch", "alarm:*"), alarms, events],
        ),
        _named("TellOfReleases", ["sns:Publish"], [events]),
        _named("ReadLogsOfServices", ["logs:FilterLogEvents", "logs:GetLogEvents"], [groups]),
    ]


def _named(sid: str, actions: list[str], resources: list[str], condition: Mapping[str, Any] | None = None) -> Statement:
    return {"Sid": sid, **allow(actions, resources, condition)}


def text() -> str:
    """Of the file."""
    return json.dumps(document(statements(EXAMPLE)), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
