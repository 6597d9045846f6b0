"""One valid example each; a test says only what matters to it: ``a_service(port=1)``.

Changes are what the YAML would say, whole top-level fields: ``a_service(tasks={"min": 2, "max": 4})``.
"""

from typing import Any

from service_catalog.fields import KINDS
from service_catalog.listener_rules.lock import Slot
from service_catalog.listener_rules.rules import listener_rules
from service_catalog.model import Environment, Service


def a_service(**changes: Any) -> Service:
    entry: dict[str, Any] = {
        "name": "orders-api",
        "owner": "team-commerce",
        "image": {"repository": "orders-api"},
        "port": 8080,
        "health": {"path": "/healthz"},
        "tasks": {"min": 1, "max": 4},
        "exposure": {"audience": "public", "paths": ["/orders", "/orders/*"]},
        "env_files": ["app"],
    }
    return Service.model_validate(entry | changes)


def a_worker(**changes: Any) -> Service:
    entry: dict[str, Any] = {
        "name": "mailer",
        "owner": "team-commerce",
        "kind": "worker",
        "image": {"repository": "mailer"},
        "tasks": {"min": 0, "max": 4},
        "queue": {},
        "scaling": {"backlog_per_task": 100},
    }
    return Service.model_validate(entry | changes)


def a_job(**changes: Any) -> Service:
    entry: dict[str, Any] = {
        "name": "nightly",
        "owner": "team-commerce",
        "kind": "job",
        "image": {"repository": "nightly"},
        "schedule": {"cron": "0 3 * * ? *", "timezone": "Asia/Tokyo"},
    }
    return Service.model_validate(entry | changes)


KEY = "arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_OF_ALL: dict[str, Any] = {
    "owner": "team-commerce",
    "description": "Says all that its kind can",
    "links": [{"runbook": "https://example.com/runbook"}],
    "command": ["bin/server"],
    "entry_point": ["/bin/tini", "--"],
    "working_directory": "/srv",
    "user": "1000",
    "stop_seconds": 60,
    "ulimits": {"nofile": {"soft": 65535, "hard": 65535}},
    "init_process": True,
    "capabilities": {"add": ["SYS_PTRACE"], "drop": ["NET_RAW"]},
    "read_only_root": True,
    "volumes": [
        {"bind": "scratch", "path": "/tmp"},
        {"efs": "uploads", "path": "/uploads", "uid": 33, "gid": 33, "permissions": "0755", "infrequent_after_days": 7},
        {
            "efs": "shared",
            "path": "/shared",
            "read_only": True,
            "existing": "fs-0123456789abcdef0",
            "access_point_id": "fsap-0123456789abcdef0",
            "security_group_id": "sg-0123456789abcdef0",
        },
        {"efs": "left", "path": "/left", "existing": "fs-1123456789abcdef0", "mount_targets": True, "retired": True},
        {"efs": "cache", "path": "/cache", "without_backup": True},
    ],
    "compute": {"capacity": "fargate-spot", "cpu": 1024, "memory_mib": 2048, "storage_gib": 50},
    "environment": {"LOG_FORMAT": "json"},
    "env_files": ["app"],
    "sensitive_env_files": ["app"],
    "secrets": {"URL": {"ssm": "/shared/url"}, "KEY": {"secretsmanager": "stripe", "key_arn": KEY}},
    "sidecars": [
        {"preset": "datadog", "api_key": {"ssm": "/shared/datadog"}},
        {"preset": "otel"},
        {
            "name": "proxy",
            "image": {"repository": "docker.io/envoyproxy/envoy", "tag": "v1.35.0"},
            "entry_point": ["/bin/envoy"],
            "command": ["-c", "/etc/envoy.yaml"],
            "environment": {"LEVEL": "info"},
            "secrets": {"TLS_KEY": {"secretsmanager": "proxy/key"}},
            "ports": [9901],
            "depends_on": {"app": "start"},
            "essential": True,
            "health": {"command": ["CMD-SHELL", "true"]},
            "cpu": 64,
            "memory_mib": 128,
            "mounts": [{"volume": "scratch", "path": "/scratch"}],
        },
    ],
    "depends_on": {"otel-collector": "start"},
    "permissions": [
        *({kind: f"orders-{kind}", "access": "read-write"} for kind in ("bucket", "queue", "table")),
        {"topic": "orders-topic"},
        {"event_bus": "orders"},
        {"platform": "portal"},
        {"model": "global.anthropic.claude-sonnet-4-5-20250929-v1:0"},
        {
            "statement": {
                "actions": ["lambda:InvokeFunction"],
                "resources": ["lambda:function:resize"],
                "conditions": {"StringEquals": {"aws:RequestedRegion": ["ap-northeast-1"]}},
            }
        },
    ],
    "logs": {
        "retention_days": 7,
        "router_memory_mib": 128,
        "multiline": {"first_line": r"^\S"},
        "routes": [
            {"name": "health", "when": {"path": "^/healthz"}, "drop": True},
            {"name": "errors", "when": {"level": "ERROR|FATAL", "http.status": "^5"}, "retention_days": 731},
            {"name": "slow", "when": {"ms": r"^\d{4,}$"}, "retired": True},
            {"name": "audit", "when": {"audit": "true"}, "to": "s3"},
            {"name": "access", "when": {"type": "access"}, "to": "s3", "bucket": "access-logs"},
            {"name": "events", "when": {"type": "event"}, "to": "firehose", "stream": "events"},
        ],
    },
    "dashboard": True,
    "exec": True,
    "connects_to": ["payments"],
}
_OF_SERVICES: dict[str, Any] = {
    "health": {"grace_seconds": 90, "command": ["CMD-SHELL", "true"]},
    "tasks": {"min": 1, "max": 4},
    "deployment": {"minimum_healthy_percent": 0, "maximum_percent": 100},
    "before_release": {"command": ["bin/migrate"]},
}
_OF_KIND: dict[str, dict[str, Any]] = {
    "web": _OF_SERVICES
    | {
        "deployment": {
            "strategy": "canary",
            "bake_minutes": 10,
            "canary": {"percent": 20, "bake_minutes": 15},
            "test_listener": True,
            "approval": {"stage": "after-requests", "timeout_minutes": 60, "otherwise": "continue"},
            "alarms": ["cpu_percent", "unhealthy_targets"],
        },
        "port": 8080,
        "exposure": {
            "audience": "public",
            "paths": ["/orders", "/orders/*"],
            "source_ips": ["203.0.113.0/24"],
            "headers": {"X-Version": ["2"]},
            "sticky": {"seconds": 3600, "cookie": "SESSION"},
            "slow_start_seconds": 60,
            "deregistration_seconds": 60,
            "rules": [{"host": "orders.example.com"}],
        },
        "discovery": "service-connect",
        "service_connect": {
            "protocol": "grpc",
            "alias": "orders",
            "port": 80,
            "idle_seconds": 600,
            "request_seconds": 60,
        },
        "cloud_map": {"records": ["A", "SRV"]},
        "scaling": {
            "cpu_percent": 60,
            "memory_percent": 70,
            "requests_per_task": 600,
            "schedule": [
                {"cron": "0 8 ? * MON-FRI *", "timezone": "Asia/Tokyo", "min": 2},
                {"cron": "0 20 ? * MON-FRI *", "timezone": "Asia/Tokyo", "min": 1, "max": 4},
            ],
        },
        "alarms": {"cpu_percent": 85, "memory_percent": 85, "unhealthy_targets": 1},
    },
    "worker": _OF_SERVICES
    | {
        "deployment": {"minimum_healthy_percent": 0, "maximum_percent": 100, "alarms": ["all"]},
        "queue": {"fifo": True},
        "scaling": {
            "backlog_per_task": 100,
            "steps": [{"above": 80, "add": 2}, {"measure": "memory_percent", "below": 20, "remove": 1}],
        },
        "alarms": {"cpu_percent": 85, "message_age_seconds": 600, "dead_letters": 1},
    },
    "job": {"schedule": {"rate": "1 hour"}, "run": {"copies": 2, "attempts": 2}, "alarms": {"failed_runs": 1}},
    "task": {"run": {"copies": 2, "attempts": 2}, "alarms": {"failed_runs": 1}},
}


def full_service(kind: str) -> Service:
    """One that gives every field of its kind, so that tests of what all features have in common see each of them."""
    entry = {"name": f"full-{kind}", "kind": kind, "image": {"repository": "full"}}
    return Service.model_validate(entry | _OF_ALL | _OF_KIND[kind])


CERTIFICATE = "arn:aws:acm:ap-northeast-1:123456789012:certificate/1"
ZONE = {"id": "Z0123456789ABCDEFGHIJ", "name": "example.com"}
FUNCTION = "arn:aws:lambda:ap-northeast-1:123456789012:function:check"
TOKENS = {"issuer": "https://login.example.com", "audience": ["orders"]}


def a_service_behind_the_api(**said: Any) -> Service:
    """``said``: of its exposure."""
    exposure = {"via": "api-gateway", "audience": "public", "paths": ["/orders", "/orders/*"], "authorizer": TOKENS}
    return a_service(exposure=exposure | said)


def a_service_behind_an_nlb(**said: Any) -> Service:
    """``said``: of its exposure."""
    return a_service(exposure={"via": "nlb", "audience": "public", "protocol": "tls", "listener_port": 6380} | said)


def services_that_the_api_leads_to_straight() -> list[Service]:
    """By Cloud Map and by the internal Network Load Balancer."""
    by_api = {"via": "api-gateway", "audience": "public", "authorizer": TOKENS}
    in_dns = {"discovery": "cloud-map", "cloud_map": {"records": ["SRV"]}, "health": {"command": ["CMD", "bin/up"]}}
    return [
        a_service(name="by-dns", exposure=by_api | {"paths": ["/dns"], "integration": "cloud-map"}, **in_dns),
        a_service(name="by-port", exposure=by_api | {"paths": ["/port"], "integration": "nlb", "listener_port": 9443}),
    ]


ON_INSTANCES = {
    "capacity": "ec2",
    "network": "bridge",
    "placement": {
        "strategies": ["spread-zones", "pack-memory"],
        "distinct_instances": True,
        "member_of": ["attribute:ecs.instance-type =~ m7g.*"],
    },
    "architecture": "arm64",
    "gpus": 1,
}


def full_services() -> list[Service]:
    """Between them they make all that there is for a service to have."""
    by_dns = a_service(name="in-dns", exposure=None, discovery="cloud-map")
    on_instances = a_service(name="on-instances", compute=ON_INSTANCES)
    behind = [a_service_behind_the_api(), a_service_behind_an_nlb(), *services_that_the_api_leads_to_straight()]
    return [*map(full_service, KINDS), *behind, by_dns, on_instances]


def a_slot(service: Service) -> Slot | None:
    """With as many priorities as the service has rules, on the listener that they belong to."""
    rules = listener_rules(service.name, service.exposure)
    return Slot(rules[0].listener, 1, tuple(range(2, 1 + len(rules)))) if rules else None


def a_provider(**changes: Any) -> dict[str, Any]:
    """Of users, as an environment's `sign_in` names it."""
    return {
        "issuer": "https://id.example.com",
        "authorization_endpoint": "https://id.example.com/authorize",
        "token_endpoint": "https://id.example.com/token",
        "user_info_endpoint": "https://id.example.com/userinfo",
        "client_id": "slipway",
        "client_secret": {"secretsmanager": "dev/sign-in-staff"},
    } | changes


def an_environment(**changes: Any) -> Environment:
    entry: dict[str, Any] = {"name": "dev", "account_id": "123456789012", "region": "ap-northeast-1"}
    return Environment.model_validate(entry | changes)


CHAT = {
    "slack": {"workspace": "T0123ABCD", "channel": "C0123ABCD"},
    "teams": {
        "tenant": "01234567-89ab-cdef-0123-456789abcdef",
        "team": "11234567-89ab-cdef-0123-456789abcdef",
        "channel": "19%3Aabc%40thread.tacv2",
    },
}
EVERYTHING: dict[str, Any] = {
    "alarms": {
        "emails": ["on-call@example.com"],
        "https": ["https://events.example.com/integration/abc/enqueue"],
        "chat": CHAT,
    },
    "events": {"receivers": ["https://ci.example.com/slipway"], "portal": "https://slipway.example.com"},
    "log_archive": {"infrequent_after_days": 30},
    "access_role_arn": "arn:aws:iam::123456789012:role/slipway-portal",
    "access_external_id": "slipway",
    "cost_explorer": True,
    "flow_logs": {"traffic": "rejected"},
    "network": {"endpoints": ["s3", "ecr", "logs"]},
    "domain": {
        "name": "dev.example.com",
        "certificate_arn": CERTIFICATE,
        "certificates": [f"{CERTIFICATE}2"],
        "zone": ZONE,
    },
    "internal_domain": {
        "name": "dev.example.internal",
        "certificate_arn": CERTIFICATE,
        "zone": {"id": "Z1PRIVATE", "name": "example.internal"},
    },
    "sign_in": {"staff": a_provider()},
    "waf": {"rate_limit": 2000},
    "load_balancers": {"test_listener": {"port": 9000, "source_ips": ["203.0.113.0/24"]}},
    "api": {
        "domain": {"name": "api.example.com", "certificate_arn": CERTIFICATE, "zone": ZONE},
        "throttling": {"rate": 50, "burst": 100},
        "cors": {"origins": ["https://shop.example.com"]},
        "authorizers": {
            "partners": TOKENS,
            "keys": {"function": {"arn": FUNCTION, "identity": ["X-Api-Key"], "cache_seconds": 60}},
        },
    },
    "registry": {"make": True, "pull_accounts": ["222222222222"]},
    "nlb": {
        "public": {"static_addresses": True, "certificate_arn": CERTIFICATE},
        "internal": {"cross_zone": True, "domain": {"name": "nlb.example.com", "zone": ZONE}},
    },
    "capacity": {
        "ec2": {
            "instance_types": ["m7g.large", "m6g.large"],
            "min": 1,
            "max": 4,
            "spot": {"on_demand": 1},
            "alarms": {"network_mbps": 500},
        },
        "managed_instances": {
            "excluded_types": ["m7i.*"],
            "cpu_manufacturers": ["amazon-web-services"],
            "generations": ["current"],
            "burstable": "excluded",
            "vcpus": {"min": 2, "max": 16},
            "memory_mib": {"min": 4096, "max": 65536},
            "gpus": {"min": 1},
            "disk_gib": 100,
            "idle_seconds": 600,
            "detailed_monitoring": True,
        },
    },
}
"""That an environment may declare"""


def full_environment() -> Environment:
    """One that declares everything, so that tests of what all features have in common see each of them."""
    return an_environment(**EVERYTHING)
