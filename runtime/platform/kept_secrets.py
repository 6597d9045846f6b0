"""How old secrets are and whether they come to an end: names and dates, never a value. Read behind the pages.

Those below the environment's own prefix, and those that entries name beside it, as far as they are in the environment's
account and region.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.aws.batches import batched
from runtime.aws.clients import Clients
from service_catalog import arns
from service_catalog.arns import parts_of
from service_catalog.messages import say
from service_catalog.model import Environment, Secret

_SECRETS_AT_ONCE, _PARAMETERS_AT_ONCE = 10, 50
"""Names that one filter takes"""


@dataclass(frozen=True)
class KeptSecret:
    ids: frozenset[str]
    """Whatever an entry may call it, as ``id_of`` gives it"""
    name: str
    changed_at: datetime | None = None
    used_at: datetime | None = None
    """Some time that day; None of one that nobody has read, and of every parameter: SSM does not say"""
    is_parameter: bool = False
    rotation_due: datetime | None = None
    """When AWS was, or is, to rotate it; None where it does not"""
    is_deleted: bool = False
    """Nobody reads it any more; it can be restored until AWS's days are over"""
    expires_at: datetime | None = None


def id_of(secret: Secret, environment: Environment) -> str:
    if secret.ssm:
        return arns.parameter_arn(secret.ssm, environment)
    return arns.secret_arn(secret.secretsmanager or "", environment)


class KeptSecrets:
    def __init__(self, aws: Clients, environment: Environment):
        self._aws, self._environment = aws, environment

    def all(self, named: Sequence[Secret]) -> list[KeptSecret]:
        """``named``: by entries of services."""
        return [*self._secrets(named), *self._parameters(named)]

    def _secrets(self, named: Sequence[Secret]) -> Iterator[KeptSecret]:
        own = f"{self._environment.name}/"
        ids = {id_of(it, self._environment) for it in named if it.secretsmanager}
        others = [it for it in self._names(ids, ":secret:") if not it.startswith(own)]
        for some in batched([own, *others], _SECRETS_AT_ONCE):
            pages = self._aws.pages(
                "secretsmanager",
                "list_secrets",
                say("reading how old secrets are"),
                Filters=[{"Key": "name", "Values": some}],  # as prefixes
                IncludePlannedDeletion=True,
            )
            for it in (it for page in pages for it in page["SecretList"]):
                found = _secret(it, self._environment)
                if found.name.startswith(own) or found.ids & ids:
                    yield found

    def _parameters(self, named: Sequence[Secret]) -> Iterator[KeptSecret]:
        own = f"/{self._environment.name}/"
        ids = {id_of(it, self._environment) for it in named if it.ssm}
        tops = [it for it in self._names(ids, ":parameter/") if not f"/{it}".startswith(own)]
        others = [it for top in tops for it in (f"/{top}", *([top] if "/" not in top else []))]
        filters = [("BeginsWith", [own]), *(("Equals", some) for some in batched(others, _PARAMETERS_AT_ONCE))]
        for option, values in filters:
            pages = self._aws.pages(
                "ssm",
                "describe_parameters",
                say("reading how old secrets are"),
                ParameterFilters=[{"Key": "Name", "Option": option, "Values": values}],
            )
            yield from (_parameter(it, self._environment) for page in pages for it in page["Parameters"])

    def _names(self, ids: Collection[str], after: str) -> list[str]:
        here = (self._environment.region, self._environment.account_id)
        found = [it.partition(after)[2] for it in ids if (parts_of(it).region, parts_of(it).account) == here]
        return sorted(it for it in found if it)


def _secret(said: Mapping[str, Any], environment: Environment) -> KeptSecret:
    name, arn = said["Name"], said["ARN"]
    return KeptSecret(
        frozenset({arns.secret_arn(name, environment), arn}),
        name,
        changed_at=said.get("LastChangedDate") or said.get("CreatedDate"),
        used_at=said.get("LastAccessedDate"),
        rotation_due=said.get("NextRotationDate") if said.get("RotationEnabled") else None,
        is_deleted="DeletedDate" in said,
    )


def _parameter(said: Mapping[str, Any], environment: Environment) -> KeptSecret:
    name = said["Name"]
    ends = [it for policy in said.get("Policies", ()) if (it := _end(policy))]
    return KeptSecret(
        frozenset({arns.parameter_arn(name, environment)}),
        name,
        changed_at=said.get("LastModifiedDate"),
        is_parameter=True,
        expires_at=min(ends, default=None),
    )


def _end(policy: Mapping[str, str]) -> datetime | None:
    """``{"Type": "Expiration", "Attributes": {"Timestamp": "2027-12-02T21:34:33.000Z"}}``; others notify only."""
    with suppress(ValueError, KeyError, TypeError):
        said = json.loads(policy["PolicyText"])
        if said["Type"] == "Expiration":
            return datetime.fromisoformat(said["Attributes"]["Timestamp"])
    return None
