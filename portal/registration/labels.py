"""How the registration form calls the model's fields, and in which groups it asks for them.

A field without a label here goes by its path in the YAML, so a new one is asked for before anybody names it.
"""

import re

from portal.registration import form
from portal.registration.controls import VALUE, Control
from portal.text.language import N_
from service_catalog.fields import ITEM, KEY
from service_catalog.problems import Problem

Group = tuple[str, tuple[str, ...]]

FIRST: tuple[Group, ...] = (
    (N_("What it is"), ("kind", "name", "owner", "description")),
    (
        N_("Its container"),
        ("image.repository", "port", "health.path", "compute.cpu", "compute.memory_mib", "tasks.min", "tasks.max"),
    ),
    (
        N_("How it is reached"),
        ("exposure", "exposure.via", "exposure.audience", "exposure.host", "exposure.paths"),
    ),
    (N_("Between services"), ("discovery", "connects_to")),
    (N_("Its queue"), ("queue", "queue.retries", "queue.visibility_seconds", "queue.existing")),
    (N_("When it runs"), ("schedule", "schedule.cron", "schedule.rate", "schedule.timezone")),
    (N_("Its runs"), ("run.copies", "run.attempts", "run.timeout_minutes", "run.overlap")),
    (N_("Its settings"), ("env_files",)),
)
"""What nearly everybody answers"""
REST: tuple[Group, ...] = (
    (N_("Image"), ("image",)),
    (N_("Program"), ("command", "entry_point", "working_directory", "user", "stop_seconds", "init_process")),
    (N_("Container"), ("read_only_root", "ulimits", "capabilities", "volumes")),
    (N_("Health checks"), ("health",)),
    (N_("Load balancer and API"), ("exposure",)),
    (N_("Compute"), ("compute",)),
    (N_("Service Connect"), ("service_connect",)),
    (N_("Cloud Map"), ("cloud_map",)),
    (N_("Queue"), ("queue",)),
    (N_("Schedule"), ("schedule",)),
    (N_("Auto scaling"), ("scaling",)),
    (N_("Environment variables and secrets"), ("environment", "secrets")),
    (N_("Sidecars"), ("sidecars", "depends_on")),
    (N_("Permissions"), ("permissions",)),
    (N_("Logs"), ("logs",)),
    (N_("Deployment"), ("deployment", "before_release")),
    (N_("Alarms"), ("alarms",)),
    (N_("Other"), ()),
)
"""By the first step of the path; the last group takes what no other does"""
LABELS = {
    "name": N_("Name"),
    "owner": N_("Owner"),
    "description": N_("Description"),
    "links": N_("Links"),
    "kind": N_("Kind"),
    "image.repository": N_("Image repository"),
    "image.tag": N_("Pinned tag"),
    "image.digest": N_("Pinned digest"),
    "image.credentials": N_("Registry credentials"),
    "image.existing": N_("Existing repository"),
    "command": N_("Command"),
    "entry_point": N_("Entry point"),
    "working_directory": N_("Working directory"),
    "user": N_("User"),
    "stop_seconds": N_("Stop timeout, seconds"),
    "init_process": N_("Init process"),
    "read_only_root": N_("Read-only root"),
    "ulimits": N_("Resource limits"),
    "capabilities.add": N_("Capabilities to add"),
    "capabilities.drop": N_("Capabilities to drop"),
    "volumes": N_("Volumes"),
    "port": N_("Port"),
    "health.path": N_("Health check path"),
    "health.codes": N_("Healthy status codes"),
    "health.port": N_("Health check port"),
    "health.grace_seconds": N_("Grace period, seconds"),
    "health.interval_seconds": N_("Interval, seconds"),
    "health.command": N_("Command in the container"),
    "compute.capacity": N_("Capacity"),
    "compute.network": N_("Network of a task"),
    "compute.placement": N_("Chooses among instances"),
    "compute.placement.strategies": N_("By which strategies"),
    "compute.placement.distinct_instances": N_("Distinct instances"),
    "compute.placement.member_of": N_("Conditions on instances"),
    "compute.spot": N_("Spot beyond a few tasks"),
    "compute.spot.on_demand": N_("Tasks on demand"),
    "compute.cpu": N_("CPU units"),
    "compute.memory_mib": N_("Memory, MiB"),
    "compute.architecture": N_("Architecture"),
    "compute.gpus": N_("GPUs"),
    "compute.storage_gib": N_("Storage, GiB"),
    "tasks.min": N_("Tasks, at least"),
    "tasks.max": N_("Tasks, at most"),
    "tasks.daemon": N_("One on each instance"),
    "scaling.cpu_percent": N_("Average CPU to hold, %%"),
    "scaling.memory_percent": N_("Average memory to hold, %%"),
    "scaling.backlog_per_task": N_("Messages per task to hold"),
    "scaling.requests_per_task": N_("Requests a minute per task to hold"),
    "scaling.steps": N_("Steps"),
    "scaling.schedule": N_("Other numbers of tasks at certain times"),
    "exposure": N_("Reached by others"),
    "exposure.via": N_("By way of"),
    "exposure.audience": N_("By whom"),
    "exposure.host": N_("Host name"),
    "exposure.paths": N_("Paths"),
    "exposure.source_ips": N_("From these addresses only"),
    "exposure.headers": N_("With these headers only"),
    "exposure.protocol": N_("Protocol"),
    "exposure.target_protocol": N_("Protocol to the container"),
    "exposure.sticky": N_("Keeps a client with one task"),
    "exposure.sticky.seconds": N_("For how long, seconds"),
    "exposure.sticky.cookie": N_("Cookie of the program"),
    "exposure.slow_start_seconds": N_("Slow start, seconds"),
    "exposure.deregistration_seconds": N_("Time to finish requests, seconds"),
    "exposure.sign_in": N_("Users sign in at the load balancer"),
    "exposure.sign_in.provider": N_("Identity provider"),
    "exposure.sign_in.scope": N_("Scope"),
    "exposure.sign_in.session_seconds": N_("Session, seconds"),
    "exposure.sign_in.unauthenticated": N_("Who is not signed in"),
    "exposure.rules": N_("Further requests that lead here"),
    "exposure.listener_port": N_("Port at the load balancer"),
    "exposure.integration": N_("Where the API leads"),
    "exposure.preserve_client_address": N_("Client's own address"),
    "exposure.authorizer": N_("Lets nobody through without a token"),
    "exposure.authorizer.name": N_("The environment's authorizer"),
    "exposure.authorizer.issuer": N_("Issuer of tokens"),
    "exposure.authorizer.audience": N_("For whom tokens are made"),
    "exposure.authorizer.scopes": N_("Scopes"),
    "exposure.authorizer.headers": N_("Headers made of claims"),
    "discovery": N_("How others find it"),
    "connects_to": N_("Services that it calls"),
    "service_connect": N_("Options of Service Connect"),
    "service_connect.protocol": N_("Protocol"),
    "service_connect.alias": N_("Another name"),
    "service_connect.port": N_("Port that others ask"),
    "service_connect.idle_seconds": N_("Idle timeout, seconds"),
    "service_connect.request_seconds": N_("Request timeout, seconds"),
    "cloud_map": N_("Options of Cloud Map"),
    "cloud_map.records": N_("DNS records"),
    "cloud_map.ttl_seconds": N_("TTL, seconds"),
    "queue": N_("Takes messages from a queue"),
    "queue.retries": N_("Deliveries"),
    "queue.visibility_seconds": N_("Visibility timeout, seconds"),
    "queue.fifo": N_("FIFO"),
    "queue.key_arn": N_("KMS key ARN"),
    "queue.existing": N_("Existing queue"),
    "schedule": N_("Runs on a schedule"),
    "schedule.cron": N_("Cron"),
    "schedule.rate": N_("Interval"),
    "schedule.timezone": N_("Time zone"),
    "schedule.flexible_minutes": N_("Flexible window, minutes"),
    "schedule.paused": N_("Paused"),
    "run.copies": N_("Copies"),
    "run.attempts": N_("Attempts"),
    "run.timeout_minutes": N_("Timeout, minutes"),
    "run.overlap": N_("Overlap"),
    "environment": N_("Environment variables"),
    "env_files": N_("Env files"),
    "sensitive_env_files": N_("Sensitive env files"),
    "secrets": N_("Secrets"),
    "sidecars": N_("Containers beside the program"),
    "depends_on": N_("Waits for"),
    "permissions": N_("AWS resources that the program may use"),
    "logs.retention_days": N_("Retention, days"),
    "logs.format": N_("What the program prints"),
    "logs.routes": N_("Log groups of their own"),
    "logs.multiline": N_("Joins lines of a message"),
    "logs.multiline.first_line": N_("First line of a message"),
    "logs.multiline.retired": N_("Retired"),
    "logs.router_memory_mib": N_("Memory of the log router, MiB"),
    "deployment.strategy": N_("Strategy"),
    "deployment.bake_minutes": N_("Old tasks stay, minutes"),
    "deployment.canary": N_("Canary"),
    "deployment.canary.percent": N_("Requests to new tasks, %%"),
    "deployment.canary.bake_minutes": N_("First step, minutes"),
    "deployment.linear": N_("Linear"),
    "deployment.linear.step_percent": N_("Requests with each step, %%"),
    "deployment.linear.step_bake_minutes": N_("Each step, minutes"),
    "deployment.test_listener": N_("Testers come first"),
    "deployment.approval": N_("Approval"),
    "deployment.approval.stage": N_("Waits"),
    "deployment.approval.timeout_minutes": N_("Waits for, minutes"),
    "deployment.approval.otherwise": N_("If nobody comes"),
    "deployment.alarms": N_("Alarms that roll back"),
    "deployment.minimum_healthy_percent": N_("Minimum healthy, %%"),
    "deployment.maximum_percent": N_("Maximum running, %%"),
    "before_release": N_("Runs a command before each release"),
    "before_release.command": N_("Command before a release"),
    "before_release.timeout_minutes": N_("Timeout, minutes"),
    "dashboard": N_("Dashboard"),
    "exec": N_("ECS Exec"),
    "alarms.cpu_percent": N_("CPU alarm, %%"),
    "alarms.memory_percent": N_("Memory alarm, %%"),
    "alarms.unhealthy_targets": N_("Unhealthy targets"),
    "alarms.message_age_seconds": N_("Oldest message, seconds"),
    "alarms.dead_letters": N_("Dead letters"),
    "alarms.failed_runs": N_("Failed runs"),
    "environments": N_("Environments"),
    form.OVERRIDES: N_("What is different in an environment"),
}
PARTS = {
    "logs.name": N_("Name"),
    "links.KEY": N_("Name"),
    "links.VALUE": N_("Address"),
    "exposure.KEY": N_("Header"),
    "exposure.VALUE": N_("Values"),
    "host": N_("Host name"),
    "paths": N_("Paths"),
    "source_ips": N_("From these addresses only"),
    "headers": N_("With these headers only"),
    KEY: N_("Key"),
    VALUE: N_("Value"),
    "ulimits.KEY": N_("Limit"),
    "soft": N_("Soft"),
    "hard": N_("Hard"),
    "to": N_("Elsewhere than to CloudWatch"),
    "logs.bucket": N_("S3 bucket"),
    "stream": N_("Delivery stream"),
    "bind": N_("Directory of the task"),
    "efs": N_("Directory in EFS"),
    "volumes.existing": N_("Existing file system"),
    "access_point_id": N_("Access point"),
    "security_group_id": N_("Security group of its mount targets"),
    "mount_targets": N_("Makes mount targets"),
    "uid": N_("User id in it"),
    "gid": N_("Group id in it"),
    "permissions": N_("Permissions"),
    "infrequent_after_days": N_("Infrequent access after days"),
    "without_backup": N_("No backups"),
    "path": N_("Path in the container"),
    "read_only": N_("Read-only"),
    "ssm": N_("SSM parameter"),
    "secretsmanager": N_("Secrets Manager secret"),
    "key": N_("JSON key"),
    "stage": N_("Stage"),
    "version": N_("Version"),
    "retired": N_("Retired"),
    "existing": N_("Existing repository"),
    "measure": N_("Measure"),
    "above": N_("From, %%"),
    "below": N_("Below, %%"),
    "add": N_("Start tasks"),
    "remove": N_("Stop tasks"),
    "cron": N_("Cron"),
    "timezone": N_("Time zone"),
    "min": N_("At least"),
    "max": N_("At most"),
    "bucket": N_("S3 bucket"),
    "queue": N_("SQS queue"),
    "table": N_("DynamoDB table"),
    "topic": N_("SNS topic"),
    "event_bus": N_("Event bus"),
    "platform": N_("Part of Slipway"),
    "model": N_("Bedrock model"),
    "statement": N_("Statement of IAM"),
    "actions": N_("Actions"),
    "preset": N_("Preset"),
    "api_key": N_("API key"),
    "name": N_("Name"),
    "image": N_("An image of its own"),
    "repository": N_("Image repository"),
    "tag": N_("Tag"),
    "digest": N_("Digest"),
    "credentials": N_("Registry credentials"),
    "command": N_("Command"),
    "entry_point": N_("Entry point"),
    "environment": N_("Environment variables"),
    "secrets": N_("Secrets"),
    "ports": N_("Ports"),
    "depends_on": N_("Waits for"),
    "depends_on.KEY": N_("Container"),
    "depends_on.VALUE": N_("Until"),
    "essential": N_("Essential"),
    "health": N_("Health check"),
    "grace_seconds": N_("Grace period, seconds"),
    "interval_seconds": N_("Interval, seconds"),
    "cpu": N_("CPU units"),
    "memory_mib": N_("Memory, MiB"),
    "mounts": N_("Mounts"),
    "volume": N_("Volume"),
    "resources": N_("Resources"),
    "conditions": N_("Conditions"),
    "access": N_("Access"),
    "when": N_("Fields and their patterns"),
    "retention_days": N_("Retention, days"),
    "drop": N_("Dropped"),
    "key_arn": N_("KMS key ARN"),
}
"""Of a row, by the last step of its path; of one field's rows, with its name before"""
ENOUGH = {
    "web": N_("A name, an owner, an image, a port and a path are enough; the rest has defaults."),
    "worker": N_("A name, an owner and an image are enough; the rest has defaults."),
    "job": N_("A name, an owner, an image and a schedule are enough; the rest has defaults."),
    "task": N_("A name, an owner and an image are enough; the rest has defaults."),
}
"""By kind, what cannot be left out"""


def label_of_control(control: Control) -> str:
    """Empty for a field that nobody named: it goes by its path."""
    path = [step for step in control.field.path if step not in (KEY, ITEM)]
    if _is_top(control):
        return LABELS.get(".".join(path), "")
    last = control.name.rpartition(".")[2]
    return PARTS.get(f"{path[0]}.{last}") or PARTS.get(last, "")


def _is_top(control: Control) -> bool:
    return control.name == ".".join(control.field.path)


def shown_controls(kind: str) -> list[Control]:
    """Of the fields that this kind of service has. A choice of one is no question."""
    return [it for it in form.all_controls() if kind in it.field.kinds and len(it.choices) != 1]


def first_groups(kind: str) -> list[tuple[str, list[Control]]]:
    asked = {control.name: control for control in shown_controls(kind)}
    grouped = [(title, [asked[path] for path in paths if path in asked]) for title, paths in FIRST]
    return [(title, found) for title, found in grouped if found]


def rest_groups(kind: str) -> list[tuple[str, list[Control]]]:
    first = {path for _title, paths in FIRST for path in paths}
    rest = [control for control in shown_controls(kind) if control.name not in first]
    named = {step for _title, steps in REST for step in steps}
    grouped = [(title, [it for it in rest if _is_in(it, steps, named)]) for title, steps in REST]
    return [(title, found) for title, found in grouped if found]


def _is_in(control: Control, steps: tuple[str, ...], named: set[str]) -> bool:
    step = control.field.path[0]
    return step in steps if steps else step not in named


def field_of(problem: Problem) -> str:
    """The path of the field that a problem belongs to; empty when it belongs to none."""
    if problem.path == form.OVERRIDES or problem.path.startswith("environments."):
        return form.OVERRIDES
    path = re.sub(r"\[(\d+)\]", r".\1", problem.path)
    known = [control.name for control in form.all_controls() if len(control.choices) != 1]
    inside = [it for it in known if path == it or path.startswith(f"{it}.")]
    around = [it for it in known if path and it.startswith(f"{path}.")]
    return max(inside, key=len, default="") or next(iter(around), "")


def label_of(problem: Problem) -> str:
    """How the page calls what a problem is about: its label, else its path."""
    return LABELS.get(field_of(problem)) or LABELS.get(problem.path) or problem.path
