"""Ways from an environment's VPC to AWS's own services that pass no NAT: what the words of ``network.endpoints`` are
called by AWS, and which environments have no other way."""

from service_catalog.model import Network

GATEWAYS = frozenset({"s3", "dynamodb"})
"""They stand in route tables and cost nothing; all others stand in subnets and cost by the hour and zone."""
_ASKED_AS = {"ecr": ("ecr.api", "ecr.dkr"), "firehose": ("kinesis-firehose",)}
"""Services whose endpoints are called otherwise. ECR's tokens come from its API, images from its registry."""


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
