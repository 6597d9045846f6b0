"""The one AWS provider of a stack, made from the environment's entry: no ``pulumi config set`` is needed.

A run against any other account than the entry's fails before anything is touched.
"""

import pulumi
import pulumi_aws as aws

from service_catalog import naming
from service_catalog.model import Environment


def provider_for(environment: Environment, service: str | None = None) -> aws.Provider:
    return aws.Provider(
        naming.stack(environment.name, service),
        region=environment.region,
        allowed_account_ids=[environment.account_id],
        default_tags={"tags": naming.tags(environment.name, service)},
    )


def options_for(environment: Environment, service: str | None = None) -> pulumi.ResourceOptions:
    """Options for a stack's top components; their children inherit the provider."""
    return pulumi.ResourceOptions(providers=[provider_for(environment, service)])
