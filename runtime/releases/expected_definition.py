"""The definition that an entry is going to have, as far as a release asks about it: image, env files, secrets, roles.

So that everything can be asked before anything is touched: ECS knows a definition only once Pulumi registered it.
"""

from collections.abc import Mapping

from runtime.aws.task_definitions import Definition
from service_catalog import naming, sidecars
from service_catalog.arns import bucket_arn, placeholder_reference, role_arn, secret_arn, value_from
from service_catalog.model import Environment, Image, Secret, Service


def expected_definition(service: Service, environment: Environment) -> Definition:
    """In the words of ECS, with placeholders."""
    bucket = bucket_arn(environment, naming.config_bucket(environment.name, environment.account_id))
    files = [f"{bucket}/{naming.unreleased_env_key(service.name, file)}" for file in service.env_files]
    own = _container(naming.CONTAINER, service.image, service.secrets, environment) | {
        "portMappings": [{"containerPort": service.port}] if service.port else [],
        "environmentFiles": [{"type": "s3", "value": value} for value in files],
    }
    beside = [
        _container(it.name, it.image, it.secrets, environment)
        for it in sidecars.of_service(service)
        if it.name and it.image
    ]
    return {
        "executionRoleArn": role_arn(environment, naming.execution_role(environment.name, service.name)),
        "taskRoleArn": role_arn(environment, naming.task_role(environment.name, service.name)),
        "containerDefinitions": [own, *beside],
    }


def _container(name: str, image: Image, secrets: Mapping[str, Secret], environment: Environment) -> Definition:
    handed_over = {variable: secret for variable, secret in secrets.items() if not secret.retired}
    found: Definition = {
        "name": name,
        "image": placeholder_reference(image, environment),
        "secrets": [{"name": it, "valueFrom": value_from(secret, environment)} for it, secret in handed_over.items()],
    }
    if image.credentials:
        found["repositoryCredentials"] = {"credentialsParameter": secret_arn(image.credentials, environment)}
    return found
