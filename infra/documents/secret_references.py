"""What an execution role must be allowed to read for the secrets that an entry names."""

from collections.abc import Sequence

from infra.documents.policies import Statement, decrypt_secrets, read_parameters, read_secrets
from service_catalog import naming
from service_catalog.arns import is_arn, parameter_arn, secret_arn
from service_catalog.model import Environment, Secret

_SUFFIX = "-??????"
"""Secrets Manager ends each ARN with a hyphen and six characters of its own."""


def read_statements(environment: Environment, service: str, secrets: Sequence[Secret]) -> list[Statement]:
    """The service's own prefixes always, so that earlier releases still start when a secret left the catalog.

    All below a prefix by one pattern: a role's policies hold 10,240 characters in all.
    """
    parameters, named = _further(environment, service, secrets)
    own = naming.parameter_path(environment.name, service), naming.secret_prefix(environment.name, service)
    shared = [environment.secrets_key_arn] if environment.secrets_key_arn else []
    keys = list(dict.fromkeys([*shared, *_keys(secrets)]))
    return [
        read_parameters([parameter_arn(f"{own[0]}*", environment), *parameters]),
        read_secrets([secret_arn(f"{own[1]}*", environment), *named]),
        *([decrypt_secrets(keys)] if keys else []),
    ]


def read_further(environment: Environment, service: str, secrets: Sequence[Secret]) -> list[Statement]:
    """For secrets that something beside the program is handed: what ``read_statements`` does not give anyway."""
    parameters, named = _further(environment, service, secrets)
    keys = [key for key in _keys(secrets) if key != environment.secrets_key_arn]
    return [
        *([read_parameters(parameters)] if parameters else []),
        *([read_secrets(named)] if named else []),
        *([decrypt_secrets(keys)] if keys else []),
    ]


def _keys(secrets: Sequence[Secret]) -> list[str]:
    """Each opens what it encrypts and nothing else, so a role gets those that its secrets name."""
    return sorted({it.key_arn for it in secrets if it.key_arn})


def _further(environment: Environment, service: str, secrets: Sequence[Secret]) -> tuple[list[str], list[str]]:
    """ARNs of parameters and of secrets that are not the service's own."""
    path, prefix = naming.parameter_path(environment.name, service), naming.secret_prefix(environment.name, service)
    parameters = _beside(path, [secret.ssm for secret in secrets if secret.ssm])
    named = _beside(prefix, [secret.secretsmanager for secret in secrets if secret.secretsmanager], _SUFFIX)
    return [parameter_arn(it, environment) for it in parameters], [secret_arn(it, environment) for it in named]


def _beside(prefix: str, names: Sequence[str], suffix: str = "") -> list[str]:
    """Two variables may come from one secret. Sorted, so that the order in the entry changes nothing."""
    return sorted({name if is_arn(name) else f"{name}{suffix}" for name in names if not name.startswith(prefix)})
