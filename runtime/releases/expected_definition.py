"""The definition that an entry is going to have, as far as a release asks about it: image, env files, secrets, roles.

So that everything can be asked before anything is touched: ECS knows a definition only once Pulumi registered it.
"""

from runtime.aws.task_definitions import Definition
from service_catalog import naming
from service_catalog.arns import bucket_arn, placeholder_reference, role_arn, secret_arn, value_from
from service_catalog.model import Environment, Service


def expected_definition(service: Service, environment: Environment) -> Definition:
    """In the words of ECS, with placeholders."""
    bucket = bucket_arn(environment, naming.config_bucket(environment.name, environment.account_id))
    files = [f"{bucket}/{naming.unreleased_env_key(service.name, file)}" for file in service.env_files]
    credentials = service.image.credentials
    container = {
        "name": naming.CONTAINER,
        "image": placeholder_reference(service.image, environment),
        "portMappings": [{"containerPort": service.port}] if service.port else [],
        "environmentFiles": [{"type": "s3", "value": value} for value in files],
        "secrets": [
            {"name": name, "valueFrom": value_from(secret, environment)}
            for name, secret in service.secrets.items()
            if not secret.retired
        ],
        **(
            {"repositoryCredentials": {"credentialsParameter": secret_arn(credentials, environment)}}
            if credentials
            else {}
        ),
    }
    return {
        "executionRoleArn": role_arn(environment, naming.execution_role(environment.name, service.name)),
        "taskRoleArn": role_arn(environment, naming.task_role(environment.name, service.name)),
        "containerDefinitions": [container],
    }
