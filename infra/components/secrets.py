"""Settings whose values stay in SSM or Secrets Manager until a task starts."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.documents import secret_references
from infra.feature import PlainFeature
from infra.service_parts import ServiceParts
from service_catalog import arns
from service_catalog.model import Environment, Secret


@dataclass(frozen=True)
class SecretsArgs:
    environment: Environment
    service: str
    secrets: Mapping[str, Secret]
    """By the name of the variable"""


class Secrets(PlainFeature):
    def __init__(self, args: SecretsArgs):
        environment, secrets = args.environment, args.secrets
        # The role may read retired ones too: releases that were made with them shall start again.
        statements = secret_references.read_statements(environment, args.service, list(secrets.values()))
        self.parts = ServiceParts(
            secrets=tuple(
                {"name": variable, "valueFrom": arns.value_from(secret, environment)}
                for variable, secret in secrets.items()
                if not secret.retired
            ),
            execution_statements=tuple(statements),
        )
