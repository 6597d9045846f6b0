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
        self.about: dict[str, dict[str, Any]] = {}
        """By name, what AWS tells of it"""

    def put_parameter(self, Name: str, Overwrite: bool = False, **given: Any) -> None:
        if Name in self.parameters and not Overwrite:
            raise refused("ParameterAlreadyExists", "The parameter already exists.")
        self.parameters.add(Name)
        self.given[Name] = given

    def describe_parameters(self, ParameterFilters: list[dict[str, Any]], **_: Any) -> dict[str, Any]:
        """As it is asked here: by whole names, or by how they begin."""
        [asked] = ParameterFilters
        wanted = tuple(asked["Values"])
        if len(wanted) > 50:
            raise refused("InvalidFilterValue", f"At most 50 values, got {len(wanted)}.")
        begins = asked["Option"] == "BeginsWith"
        found = [it for it in sorted(self.parameters) if (it.startswith(wanted) if begins else it in wanted)]
        return {"Parameters": [{"Name": name, **self.about.get(name, {})} for name in found]}


class SecretsManager(AwsService):
    name = "secretsmanager"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.secrets: dict[str, str] = {}
        """ARN by name"""
        self.given: dict[str, dict[str, Any]] = {}
        self.about: dict[str, dict[str, Any]] = {}

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

    def list_secrets(self, Filters: list[dict[str, Any]], IncludePlannedDeletion: bool = False) -> dict[str, Any]:
        """As it is asked here: by how names begin."""
        [asked] = Filters
        assert (asked["Key"], len(asked["Values"]) <= 10) == ("name", True)
        found = [name for name in sorted(self.secrets) if name.startswith(tuple(asked["Values"]))]
        told = [{"Name": name, "ARN": self.secrets[name], **self.about.get(name, {})} for name in found]
        return {"SecretList": [it for it in told if IncludePlannedDeletion or "DeletedDate" not in it]}
