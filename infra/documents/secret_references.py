"""What an execution role must be allowed to read for the secrets that an entry names."""

from collections.abc import Sequence

from infra.documents.policies import Statement, decrypt_secrets, read_parameters, read_secrets
from service_catalog import naming
from service_catalog.arns import is_arn, parameter_arn, secret_arn
from service_catalog.model import Environment, Secret

_SUFFIX = "-??????"
"""Secrets Manager ends each ARN with a hyphen and six characters of its own."""


def read_statements(environment: Environment, service: str, secrets: Sequence[Secret]) -> list[Statement]:
    """The service's own prefixes always, so that earlier releases still start when a secret left the catalog."""
    parameters = _beside(
        naming.parameter_path(environment.name, service), [secret.ssm for secret in secrets if secret.ssm]
    )
    named = _beside(
        naming.secret_prefix(environment.name, service),
        [secret.secretsmanager for secret in secrets if secret.secretsmanager],
        _SUFFIX,
    )
    key = environment.secrets_key_arn
    return [
        read_parameters([parameter_arn(name, environment) for name in parameters]),
        read_secrets([secret_arn(name, environment) for name in named]),
        *([decrypt_secrets(key)] if key else []),
    ]


def _beside(prefix: str, names: Sequence[str], suffix: str = "") -> list[str]:
    """All below ``prefix`` by one pattern, then each other name: a role's policies hold 10,240 characters in all.

    Two variables may come from one secret. Sorted, so that the order in the entry changes nothing.
    """
    others = {name if is_arn(name) else f"{name}{suffix}" for name in names if not name.startswith(prefix)}
    return [f"{prefix}*", *sorted(others)]
