"""Policies that stand on a thing itself: the buckets, the keys and the topics."""

from typing import Any

from infra.documents.policies import Statement, document
from service_catalog import naming
from service_catalog.arns import bucket_arn, role_arn
from service_catalog.model import Environment

_IMMUTABLE = ("env/", "releases/", "audit/", "portal/tokens/", "portal/requests/")
"""Env versions, release records and the audit trail: what history is made of. And tokens of the API, with what they
asked for: whoever could change one could give it more rights, or take its revocation away."""
_CALLED_BY_THEIR_HASH = ("logs/",)
"""Configuration of log routers. Whoever writes one again writes the same; and Pulumi's provider would have to say
``If-None-Match``, which it cannot."""


def break_glass_role(environment: Environment) -> str:
    """Its ARN. It does not exist until somebody makes it, which CloudTrail shows."""
    return role_arn(environment, naming.break_glass_role(environment.name))


def tls_only(bucket: Any, objects: Any) -> Statement:
    """``bucket`` and ``objects`` are the ARNs of the bucket and of everything in it."""
    return _deny("TlsOnly", ["s3:*"], [bucket, objects], {"Bool": {"aws:SecureTransport": "false"}})


def keep_history(environment: Environment, bucket: str) -> list[Statement]:
    """What history is made of can neither be overwritten nor deleted, whatever a caller's own rights say.

    S3 expires objects by lifecycle rules without asking this policy, so those are denied too, and taking the policy
    away as well. Replacing it stays possible, since the program must; CloudTrail shows who did.
    """
    objects = bucket_arn(environment, bucket)
    history = [f"{objects}/{prefix}*" for prefix in _IMMUTABLE]
    kept = [*history, *(f"{objects}/{prefix}*" for prefix in _CALLED_BY_THEIR_HASH)]
    deletes = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
    but_break_glass = {"ArnNotEquals": {"aws:PrincipalArn": break_glass_role(environment)}}
    return [
        _deny("WriteOnce", ["s3:PutObject"], history, {"Null": {"s3:if-none-match": "true"}}),
        _deny("KeepForever", deletes, kept, but_break_glass),
        _deny(
            "KeepTheRules",
            ["s3:DeleteBucketPolicy", "s3:PutLifecycleConfiguration"],
            [objects],
            but_break_glass,
        ),
    ]


def deliver_access_logs(objects: Any) -> Statement:
    """``objects`` is the ARN pattern below which the load balancers may write."""
    return {
        "Sid": "LoadBalancersDeliverLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": objects,
    }


def exec_key(environment: Environment, log_group_arn: str) -> dict[str, Any]:
    return document(
        [
            _account_governs(environment),
            {
                "Sid": "LogsEncryptExecSessions",
                "Effect": "Allow",
                "Principal": {"Service": f"logs.{environment.region}.{environment.dns_suffix}"},
                "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
                # The key itself, and for this one log group.
                "Resource": "*",
                "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": log_group_arn}},
            },
        ]
    )


def events_key(environment: Environment) -> dict[str, Any]:
    return document(
        [
            _account_governs(environment),
            {
                "Sid": "AlarmsReachTheTopic",
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                # The key itself. EventBridge names no source when it encrypts for a topic, so no condition can ask for
                # one; who may publish there is a matter of the topic's policy.
                "Resource": "*",
            },
        ]
    )


def _account_governs(environment: Environment) -> Statement:
    """In a key's policy the resource ``*`` is the key itself. Without this nobody could ever change or delete it."""
    return {
        "Sid": "AccountGovernsByIam",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{environment.partition}:iam::{environment.account_id}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }


def events_topic(topic_arn: Any, rule_arn: Any) -> dict[str, Any]:
    """``rule_arn``: of what leads alarms there. Who of the account may publish or subscribe is left to IAM."""
    by_plain_http = {"Bool": {"aws:SecureTransport": "false"}}
    return document(
        [
            {
                "Sid": "AlarmsPublish",
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": topic_arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
            },
            _deny("TlsOnly", ["sns:Publish"], [topic_arn], by_plain_http),
        ]
    )


def alarms_may_publish(environment: Environment, topic_arn: Any) -> dict[str, Any]:
    return document(
        [
            {
                "Sid": "AlarmsPublish",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": topic_arn,
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": environment.account_id},
                    "ArnLike": {"aws:SourceArn": environment.arn("cloudwatch", "alarm:*")},
                },
            }
        ]
    )


def _deny(sid: str, actions: list[str], resources: list[Any], condition: dict[str, Any]) -> Statement:
    return {
        "Sid": sid,
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions,
        "Resource": resources,
        "Condition": condition,
    }


def file_system(arn: Any) -> dict[str, Any]:
    """Takes the place of EFS's own, which lets in anybody: what is left is what roles are allowed, by TLS."""
    actions = [f"elasticfilesystem:Client{verb}" for verb in ("Mount", "RootAccess", "Write")]
    return document([_deny("TlsOnly", actions, [arn], {"Bool": {"aws:SecureTransport": "false"}})])
