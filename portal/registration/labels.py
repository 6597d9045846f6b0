"""How the registration form calls the model's fields, and in which groups it asks for them.

A field without a label here goes by its path in the YAML, so a new one is asked for before anybody names it.
"""

import re

from portal.registration import form
from portal.registration.form import Field
from portal.text.language import N_
from service_catalog.problems import Problem

Group = tuple[str, tuple[str, ...]]

FIRST: tuple[Group, ...] = (
    (N_("What it is"), ("name", "owner", "description")),
    (
        N_("Its container"),
        ("image.repository", "port", "health.path", "compute.cpu", "compute.memory_mib", "tasks.min", "tasks.max"),
    ),
    (N_("How it is reached"), ("exposure", "exposure.audience", "exposure.host", "exposure.paths")),
    (N_("Its settings"), ("env_files",)),
)
"""What nearly everybody answers"""
REST: tuple[Group, ...] = (
    (N_("Image"), ("image",)),
    (N_("Health checks"), ("health",)),
    (N_("Compute"), ("compute",)),
    (N_("Auto scaling"), ("scaling",)),
    (N_("Environment variables and secrets"), ("environment", "secrets")),
    (N_("Permissions"), ("permissions",)),
    (N_("Logs"), ("logs",)),
    (N_("Deployment"), ("deployment",)),
    (N_("Alarms"), ("alarms",)),
    (N_("Other"), ()),
)
"""By the first step of the path; the last group takes what no other does"""
LABELS = {
    "name": N_("Name"),
    "owner": N_("Owner"),
    "description": N_("Description"),
    "image.repository": N_("Image repository"),
    "image.tag": N_("Pinned tag"),
    "image.digest": N_("Pinned digest"),
    "port": N_("Port"),
    "health.path": N_("Health check path"),
    "health.grace_seconds": N_("Grace period, seconds"),
    "health.interval_seconds": N_("Interval, seconds"),
    "health.command": N_("Command in the container"),
    "compute.capacity": N_("Capacity"),
    "compute.cpu": N_("CPU units"),
    "compute.memory_mib": N_("Memory, MiB"),
    "compute.architecture": N_("Architecture"),
    "tasks.min": N_("Tasks, at least"),
    "tasks.max": N_("Tasks, at most"),
    "scaling.cpu_percent": N_("Average CPU to hold, %%"),
    "scaling.memory_percent": N_("Average memory to hold, %%"),
    "exposure": N_("Reached through the load balancer"),
    "exposure.audience": N_("By whom"),
    "exposure.host": N_("Host name"),
    "exposure.paths": N_("Paths"),
    "environment": N_("Environment variables"),
    "env_files": N_("Env files"),
    "secrets": N_("Secrets"),
    "permissions": N_("AWS resources that the program may use"),
    "logs.retention_days": N_("Retention, days"),
    "deployment.minimum_healthy_percent": N_("Minimum healthy, %%"),
    "deployment.maximum_percent": N_("Maximum running, %%"),
    "exec": N_("ECS Exec"),
    "alarms.cpu_percent": N_("CPU alarm, %%"),
    "alarms.memory_percent": N_("Memory alarm, %%"),
    "alarms.unhealthy_targets": N_("Unhealthy targets"),
    "environments": N_("Environments"),
    form.OVERRIDES: N_("What is different in an environment"),
}
PARTS = {
    form.KEY: N_("Key"),
    form.VALUE: N_("Value"),
    "ssm": N_("SSM parameter"),
    "secretsmanager": N_("Secrets Manager secret"),
    "key": N_("JSON key"),
    "stage": N_("Stage"),
    "version": N_("Version"),
    "retired": N_("Retired"),
    "bucket": N_("S3 bucket"),
    "queue": N_("SQS queue"),
    "table": N_("DynamoDB table"),
    "access": N_("Access"),
    "key_arn": N_("KMS key ARN"),
}
"""Of a row"""


def shown_fields() -> list[Field]:
    """A choice of one is no question."""
    return [field for field in form.FIELDS if len(field.choices) != 1]


def first_groups() -> list[tuple[str, list[Field]]]:
    fields = {field.path: field for field in form.FIELDS}
    return [(title, [fields[path] for path in paths]) for title, paths in FIRST]


def rest_groups() -> list[tuple[str, list[Field]]]:
    asked = {path for _title, paths in FIRST for path in paths}
    rest = [field for field in shown_fields() if field.path not in asked]
    named = {step for _title, steps in REST for step in steps}
    grouped = [(title, [field for field in rest if _is_in(field, steps, named)]) for title, steps in REST]
    return [(title, fields) for title, fields in grouped if fields]


def _is_in(field: Field, steps: tuple[str, ...], named: set[str]) -> bool:
    step = field.path.partition(".")[0]
    return step in steps if steps else step not in named


def field_of(problem: Problem) -> str:
    """The path of the shown field that a problem belongs to; empty when it belongs to none."""
    if problem.path == form.OVERRIDES or problem.path.startswith("environments."):
        return form.OVERRIDES
    path = re.sub(r"\[(\d+)\]", r".\1", problem.path)
    shown = [field.path for field in shown_fields()]
    inside = [it for it in shown if path == it or path.startswith(f"{it}.")]
    around = [it for it in shown if path and it.startswith(f"{path}.")]
    return max(inside, key=len, default="") or next(iter(around), "")


def label_of(problem: Problem) -> str:
    """How the page calls what a problem is about: its label, else its path."""
    return LABELS.get(field_of(problem)) or LABELS.get(problem.path) or problem.path
