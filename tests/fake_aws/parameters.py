"""SSM parameters and Secrets Manager: whether a name is there, never a value."""

from typing import Any

from tests.fake_aws.service import AwsService, refused


class Ssm(AwsService):
    name = "ssm"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.parameters: set[str] = set()

    def put_parameter(self, Name: str, **_: Any) -> None:
        self.parameters.add(Name)

    def describe_parameters(self, ParameterFilters: list[dict[str, Any]], **_: Any) -> dict[str, Any]:
        """As it is asked here: by whole names."""
        wanted = {name for it in ParameterFilters for name in it["Values"]}
        return {"Parameters": [{"Name": name} for name in sorted(wanted & self.parameters)]}


class SecretsManager(AwsService):
    name = "secretsmanager"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.secrets: dict[str, str] = {}
        """ARN by name"""

    def create_secret(self, Name: str, **_: Any) -> dict[str, Any]:
        self.secrets[Name] = self.aws.arn("secretsmanager", f"secret:{Name}-a1B2c3")
        return {"ARN": self.secrets[Name], "Name": Name}

    def describe_secret(self, SecretId: str) -> dict[str, Any]:
        for name, arn in self.secrets.items():
            if SecretId in (name, arn, arn[:-7]):
                return {"ARN": arn, "Name": name}
        raise refused("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
