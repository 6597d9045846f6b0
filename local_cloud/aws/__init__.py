"""The provider of AWS types for the embedded engine: tables over botocore's own description of each operation.

``provider.AwsProvider`` answers the engine's questions for every type. What a type is stands in one row (``kind.Kind``)
in the file of its AWS service: which operation makes it, which ones change it, how it is looked up and deleted. The
arguments of an operation are listed nowhere: ``shapes.fit`` takes from a resource's inputs what botocore says the
operation knows. So a new type is a row, and a type without a row is an error that names it, never a silent pretence.

Data flows inputs -> ``provider`` -> ``lifecycle`` (the calls of one row) -> ``shapes``/``tags`` (their arguments) ->
``cloud`` (boto3). Nothing in here knows of stacks or state.
"""

from local_cloud.aws.cloud import Access
from local_cloud.aws.provider import AwsProvider

__all__ = ["Access", "AwsProvider"]
