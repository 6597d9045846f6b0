"""How a task definition names a secret, and what its execution role must be allowed to read for it."""

from collections.abc import Sequence

from infra.documents.policies import Statement, read_parameters, read_secrets
from service_catalog import naming
from service_catalog.model import Environment, Secret

_SUFFIX = "-??????"
"""Secrets Manager ends each ARN with a hyphen and six characters of its own."""


def value_from(secret: Secret, environment: Environment) -> str:
    """Whole ARNs: ECS takes bare names for parameters of its own region only, and for secrets never."""
    if secret.ssm:
        return _parameter_arn(secret.ssm, environment)
    arn = environment.arn("secretsmanager", f"secret:{secret.secretsmanager}")
    return f"{arn}:{secret.key}::" if secret.key else arn


def read_statements(environment: Environment, service: str, secrets: Sequence[Secret]) -> list[Statement]:
    """The service's own prefixes always, so that earlier releases still start when a secret left the catalog."""
    parameters = [_parameter_arn(f"{naming.parameter_path(environment.name, service)}*", environment)]
    parameters += [_parameter_arn(secret.ssm, environment) for secret in secrets if secret.ssm]
    named = [environment.arn("secretsmanager", f"secret:{naming.secret_prefix(environment.name, service)}*")]
    named += [
        environment.arn("secretsmanager", f"secret:{secret.secretsmanager}{_SUFFIX}")
        for secret in secrets
        if secret.secretsmanager
    ]
    return [read_parameters(_once(parameters)), read_secrets(_once(named))]


def _parameter_arn(name: str, environment: Environment) -> str:
    return environment.arn("ssm", f"parameter/{name.removeprefix('/')}")


def _once(arns: Sequence[str]) -> list[str]:
    """Two variables may come from one secret. Sorted, so that the order in the entry changes nothing."""
    return sorted(set(arns))
