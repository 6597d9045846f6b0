"""SSM Parameter Store and Secrets Manager as places where secrets are made: once each, and never read.

A secret is made under the service's own prefix, which its execution role may read. One that is there already is left as
it is. Whatever AWS says of a refusal stays out of messages: it likes to quote what it was given.
"""

from collections.abc import Sequence
from typing import Literal

from runtime.aws.clients import Clients
from runtime.aws.errors import Absent, Conflict, Denied, GatewayError, Invalid, Throttled, Unavailable, Unreachable
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.model import Environment

Store = Literal["ssm", "secretsmanager"]
BYTES_MAX: dict[Store, int] = {"ssm": 4096, "secretsmanager": 65536}
"""Of a standard parameter; a larger one costs by the month"""
ASKED_MAX = 50
"""Names that SSM is asked for at once"""
WORDS: dict[Store, str] = {"ssm": "SSM", "secretsmanager": "Secrets Manager"}


def secret_name(store: Store, environment: str, service: str, leaf: str) -> str:
    prefix = naming.parameter_path if store == "ssm" else naming.secret_prefix
    return f"{prefix(environment, service)}{leaf}"


class SecretStore:
    def __init__(self, aws: Clients, environment: Environment):
        self._aws, self._environment = aws, environment

    def make(self, store: Store, service: str, name: str, value: str) -> None:
        """Raises Conflict when there is one of that name, Unreachable where nobody knows whether it was made."""
        doing = say("making the secret %(name)s", name=name)
        tags = [{"Key": key, "Value": it} for key, it in naming.tags(self._environment.name, service).items()]
        key = self._environment.secrets_key_arn
        try:
            if store == "ssm":
                more = {"KeyId": key} if key else {}
                said = {"Name": name, "Value": value, "Type": "SecureString", "Overwrite": False, "Tags": tags}
                self._aws.call_once("ssm", "put_parameter", doing, **said, **more)
            else:
                more = {"KmsKeyId": key} if key else {}
                said = {"Name": name, "SecretString": value, "Tags": tags}
                self._aws.call_once("secretsmanager", "create_secret", doing, **said, **more)
        except (Unreachable, Throttled, Unavailable, Denied):
            raise  # AWS speaks of itself, not of the value
        except Conflict as error:
            raise Conflict(say("%(name)s is there already; it was left as it is", name=name), error.code) from None
        except GatewayError as error:
            raise Invalid(
                say("AWS refused %(doing)s: %(message)s", doing=doing, message=error.code), code=error.code
            ) from None

    def has_parameter(self, name: str) -> bool:
        return bool(self._parameters([name] if name.startswith("/") else [name, f"/{name}"]))

    def _parameters(self, names: Sequence[str]) -> set[str]:
        """Those that are there, of ``ASKED_MAX`` at most. Asked so that no value is handed out."""
        named = [{"Key": "Name", "Option": "Equals", "Values": list(names)}]
        doing = say("looking for %(name)s", name=names[0])
        pages = self._aws.pages("ssm", "describe_parameters", doing, ParameterFilters=named)
        return {it["Name"] for page in pages for it in page["Parameters"]}

    def has_secret(self, id: str) -> bool:
        """By name or ARN."""
        try:
            self._aws.call("secretsmanager", "describe_secret", say("looking for %(name)s", name=id), SecretId=id)
        except (Absent, Invalid):
            return False
        return True

    def those_there(self, store: Store, names: Sequence[str]) -> set[str]:
        """Of ``ASKED_MAX`` at most."""
        if store == "ssm":
            return self._parameters(names) if names else set()
        return {name for name in names if self.has_secret(name)}
