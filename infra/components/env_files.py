"""Files of settings from the config bucket, which releases pin to a version each."""

from dataclasses import dataclass

from infra.documents import policies
from infra.feature import PlainFeature
from infra.service_parts import ServiceParts
from service_catalog import naming
from service_catalog.arns import bucket_arn
from service_catalog.model import Environment


@dataclass(frozen=True)
class EnvFilesArgs:
    environment: Environment
    service: str
    files: tuple[str, ...]


class EnvFiles(PlainFeature):
    """The definition names placeholders, which no task can start from."""

    def __init__(self, args: EnvFilesArgs):
        environment = args.environment
        bucket = naming.config_bucket(environment.name, environment.account_id)
        placeholders = [naming.unreleased_env_key(args.service, file) for file in args.files]
        self.parts = ServiceParts(
            environment_files=tuple(
                {"type": "s3", "value": f"{bucket_arn(environment, bucket)}/{key}"} for key in placeholders
            ),
            # Also without files: an earlier release may have had some, and shall start again when rolled back to.
            execution_statements=tuple(policies.read_env_files(environment, args.service)),
        )
