"""When the certificates that an environment names expire. Read behind the pages: a call for each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.aws.clients import Clients
from service_catalog.messages import say
from service_catalog.model import Environment


@dataclass(frozen=True)
class Certificate:
    arn: str
    domain: str
    expires_at: datetime | None
    """None while it was not issued"""
    is_renewed: bool
    """By AWS itself, as long as it serves; an imported one never is"""


class Certificates:
    def __init__(self, aws: Clients, environment: Environment):
        self._aws, self._environment = aws, environment

    def all(self) -> list[Certificate]:
        """Each once. None of an environment that names none."""
        return [self._certificate(arn) for arn in dict.fromkeys(_arns(self._environment.model_dump(mode="json")))]

    def _certificate(self, arn: str) -> Certificate:
        doing = say("reading certificates")
        said = self._aws.call("acm", "describe_certificate", doing, CertificateArn=arn)["Certificate"]
        is_renewed = said.get("RenewalEligibility") == "ELIGIBLE"
        return Certificate(arn, said.get("DomainName", arn), said.get("NotAfter"), is_renewed)


def _arns(said: Any) -> Iterator[str]:
    if isinstance(said, str) and ":acm:" in said and said.startswith("arn:"):
        yield said
    elif isinstance(said, dict):
        for value in said.values():
            yield from _arns(value)
    elif isinstance(said, list):
        for value in said:
            yield from _arns(value)
