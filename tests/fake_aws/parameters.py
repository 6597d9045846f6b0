"""SSM parameters and Secrets Manager: whether a name is there. What was given to be kept is for tests alone."""

from typing import Any

from tests.fake_aws.service import AwsService, refused


class Ssm(AwsService):
    name = "ssm"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.parameters: set[str] = set()
        self.given: dict[str, dict[str, Any]] = {}
        """By name, what it was made of"""

    def put_parameter(self, Name: str, Overwrite: bool = False, **given: Any) -> None:
        if Name in self.parameters and not Overwrite:
            raise refused("ParameterAlreadyExists", "The parameter already exists.")
        self.parameters.add(Name)
        self.given[Name] = given

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
        self.given: dict[str, dict[str, Any]] = {}

    def create_secret(self, Name: str, **given: Any) -> dict[str, Any]:
        if Name in self.secrets:
            raise refused("ResourceExistsException", f"The operation failed because the secret {Name} already exists.")
        self.given[Name] = given
        self.secrets[Name] = self.aws.arn("secretsmanager", f"secret:{Name}-a1B2c3")
        return {"ARN": self.secrets[Name], "Name": Name}

    def describe_secret(self, SecretId: str) -> dict[str, Any]:
        for name, arn in self.secrets.items():
            if SecretId in (name, arn, arn[:-7]):
                return {"ARN": arn, "Name": name}
        raise refused("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
