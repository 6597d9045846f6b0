"""Ways from an environment's VPC to AWS's own services that pass no NAT: what the words of ``network.endpoints`` are
called by AWS, and which environments have no other way."""

from service_catalog.model import Network, partition_of

GATEWAYS = frozenset({"s3", "dynamodb"})
"""They stand in route tables and cost nothing; all others stand in subnets and cost by the hour and zone."""
_ASKED_AS = {"ecr": ("ecr.api", "ecr.dkr"), "firehose": ("kinesis-firehose",)}
"""Services whose endpoints are called otherwise. ECR's tokens come from its API, images from its registry."""


_OF_CHINA = frozenset(
    {
        "ecr.api",
        "ecr.dkr",
        "execute-api",
        "kinesis-streams",
        "lambda",
        "monitoring",
        "sqs",
        "states",
        "sts",
        "xray",
    }
)
"""Their names in the two regions of China begin with ``cn``"""
_AS_ELSEWHERE = frozenset({"kms", "logs", "secretsmanager", "ssm", "ssmmessages"})
"""Their names begin in China as everywhere. What stands in neither set, nobody here has seen there."""


def service_name(service: str, region: str) -> str:
    """What AWS calls the endpoint of a service, by its last word."""
    is_of_china = partition_of(region) == "aws-cn" and service in _OF_CHINA
    return f"{'cn.' if is_of_china else ''}com.amazonaws.{region}.{service}"


def unknown_in(partition: str, endpoint: str) -> bool:
    """Whether it is not known what an endpoint is called there."""
    names = _ASKED_AS.get(endpoint, (endpoint,))
    return partition == "aws-cn" and endpoint not in GATEWAYS and not (_OF_CHINA | _AS_ELSEWHERE).issuperset(names)


def interfaces(network: Network) -> list[str]:
    """Interface endpoints of a VPC that Slipway makes, by AWS's last words of their names."""
    if network.existing is not None:
        return []
    return [name for it in network.endpoints if it not in GATEWAYS for name in _ASKED_AS.get(it, (it,))]


def has_nat(network: Network) -> bool:
    return network.existing is None and network.nat != "none"


def is_cut_off(network: Network) -> bool:
    """Whether tasks reach nothing but endpoints: no NAT, and somebody who pays for endpoints wants no public tasks."""
    return network.existing is None and network.nat == "none" and bool(interfaces(network))


def has_public_tasks(network: Network) -> bool:
    """Whether tasks have public addresses, for want of another way out."""
    return network.existing is None and network.nat == "none" and not interfaces(network)
