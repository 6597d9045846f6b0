"""VPC and subnets: a VPC of our own over several zones, or one that is there already."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from service_catalog import endpoints, model
from service_catalog.address_plan import private_cidrs, public_cidrs

_ANYWHERE = "0.0.0.0/0"
_WITHOUT_FARGATE = ("apne1-az3", "cnn1-az3", "usw1-az2")
"""Ids of zones in which Fargate places no task; names of zones differ by account. ECS's guide, "Supported Regions for
Amazon ECS on AWS Fargate", lists the others of these three regions, as of November 2026."""


@dataclass(frozen=True)
class NetworkOutputs:
    """What the rest of an environment needs to know of its network."""

    vpc_id: pulumi.Input[str]
    public_subnet_ids: list[Any]
    private_subnet_ids: list[Any]
    ranges: tuple[str, ...]
    """Addresses from which and to which traffic inside the network goes"""
    tasks_are_public: bool = False
    nat_gateways: list[tuple[Any, Any]] = field(default_factory=list)
    """Id of each, and the zone that it stands in"""
    egress_addresses: list[Any] = field(default_factory=list)
    internet_ready: tuple[pulumi.Resource, ...] = ()
    """What must stand before AWS makes anything that the internet reaches"""

    @property
    def task_subnet_ids(self) -> list[Any]:
        return self.public_subnet_ids if self.tasks_are_public else self.private_subnet_ids


def existing_network(existing: model.ExistingNetwork) -> NetworkOutputs:
    """A network that is there."""
    return NetworkOutputs(
        vpc_id=existing.vpc_id,
        public_subnet_ids=list(existing.public_subnet_ids),
        private_subnet_ids=list(existing.private_subnet_ids),
        ranges=existing.cidrs,
    )


@dataclass(frozen=True)
class NetworkArgs:
    region: str
    wanted: model.Network


class Network(pulumi.ComponentResource):
    """A VPC with a public and a private subnet in each zone, and the ways out of it."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:Network", name, {}, opts)
        self._name, self._region, self._wanted = name, args.region, args.wanted
        wanted = args.wanted
        vpc = aws.ec2.Vpc(
            name,
            cidr_block=wanted.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": name},
            opts=self._child(),
        )
        self._vpc_id = vpc.id
        # Without this the group that AWS makes lets everything in it talk to everything else.
        aws.ec2.DefaultSecurityGroup(f"{name}-default", vpc_id=self._vpc_id, ingress=[], egress=[], opts=self._child())
        internet = aws.ec2.InternetGateway(name, vpc_id=self._vpc_id, tags={"Name": name}, opts=self._child())
        public, private = self._subnets()
        addresses, gateways = self._nat_gateways(public, internet)
        tables = [self._public_routes(public, internet), *self._private_routes(private, gateways)]
        self._gateway_endpoints(tables)
        self._interface_endpoints(private)
        self.outputs = NetworkOutputs(
            vpc_id=self._vpc_id,
            public_subnet_ids=[subnet.id for subnet in public],
            private_subnet_ids=[subnet.id for subnet in private],
            ranges=(wanted.cidr,),
            tasks_are_public=endpoints.has_public_tasks(wanted),
            nat_gateways=[
                (gateway.id, subnet.availability_zone) for gateway, subnet in zip(gateways, public, strict=False)
            ],
            egress_addresses=[address.public_ip for address in addresses],
            internet_ready=(internet,),
        )
        self.register_outputs({"vpc_id": self._vpc_id})

    def _child(self, **options: Any) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, **options)

    def _subnets(self) -> tuple[list[aws.ec2.Subnet], list[aws.ec2.Subnet]]:
        """Public and private ones, by zone."""
        # Local and Wavelength Zones need an opt-in, and take neither load balancers nor NAT gateways of the usual kind.
        zones = aws.get_availability_zones_output(
            state="available",
            filters=[{"name": "opt-in-status", "values": ["opt-in-not-required"]}],
            exclude_zone_ids=list(_WITHOUT_FARGATE),
            opts=pulumi.InvokeOptions(parent=self),
        )
        wanted, region = self._wanted.zones, self._region

        def subnets(kind: str, cidrs: list[str]) -> list[aws.ec2.Subnet]:
            return [
                aws.ec2.Subnet(
                    f"{self._name}-{kind}-{index}",
                    vpc_id=self._vpc_id,
                    cidr_block=cidr,
                    availability_zone=zones.names.apply(lambda names, index=index: _zone(names, index, wanted, region)),
                    tags={"Name": f"{self._name}-{kind}-{index}"},
                    # A zone that AWS opens later may sort before ours; a subnet stays where it was made.
                    opts=self._child(ignore_changes=["availability_zone"]),
                )
                for index, cidr in enumerate(cidrs, 1)
            ]

        public = subnets("public", public_cidrs(self._wanted.cidr, wanted))
        return public, subnets("private", private_cidrs(self._wanted.cidr, wanted))

    def _public_routes(self, subnets: list[aws.ec2.Subnet], internet: aws.ec2.InternetGateway) -> aws.ec2.RouteTable:
        table = self._route_table("public", subnets)
        aws.ec2.Route(
            f"{self._name}-public",
            route_table_id=table.id,
            destination_cidr_block=_ANYWHERE,
            gateway_id=internet.id,
            opts=self._child(),
        )
        return table

    def _nat_gateways(
        self, public: list[aws.ec2.Subnet], internet: aws.ec2.InternetGateway
    ) -> tuple[list[aws.ec2.Eip], list[aws.ec2.NatGateway]]:
        """Each with an address that stays, so that others may put it on their lists."""
        count = {"none": 0, "single": 1, "per-zone": len(public)}[self._wanted.nat]
        addresses, gateways = [], []
        for index, subnet in enumerate(public[:count], 1):
            name = f"{self._name}-nat-{index}"
            # AWS gives addresses and NAT gateways their way out through the internet gateway only.
            needs = self._child(depends_on=[internet])
            address = aws.ec2.Eip(name, domain="vpc", tags={"Name": name}, opts=needs)
            addresses.append(address)
            gateways.append(
                aws.ec2.NatGateway(name, subnet_id=subnet.id, allocation_id=address.id, tags={"Name": name}, opts=needs)
            )
        return addresses, gateways

    def _private_routes(
        self, subnets: list[aws.ec2.Subnet], gateways: list[aws.ec2.NatGateway]
    ) -> list[aws.ec2.RouteTable]:
        """One table a zone whatever the NAT is, so that going from one NAT to many changes routes only."""
        tables = []
        for index, subnet in enumerate(subnets, 1):
            table = self._route_table(f"private-{index}", [subnet])
            tables.append(table)
            if gateways:
                aws.ec2.Route(
                    f"{self._name}-private-{index}",
                    route_table_id=table.id,
                    destination_cidr_block=_ANYWHERE,
                    nat_gateway_id=gateways[min(index, len(gateways)) - 1].id,
                    opts=self._child(),
                )
        return tables

    def _route_table(self, kind: str, subnets: list[aws.ec2.Subnet]) -> aws.ec2.RouteTable:
        name = f"{self._name}-{kind}"
        table = aws.ec2.RouteTable(name, vpc_id=self._vpc_id, tags={"Name": name}, opts=self._child())
        for index, subnet in enumerate(subnets, 1):
            aws.ec2.RouteTableAssociation(
                f"{name}-{index}", route_table_id=table.id, subnet_id=subnet.id, opts=self._child()
            )
        return table

    def _gateway_endpoints(self, tables: list[aws.ec2.RouteTable]) -> None:
        """They cost nothing; image layers come from S3, so they spare NAT bytes."""
        for service in self._wanted.endpoints:
            if service in endpoints.GATEWAYS:
                self._endpoint(service, vpc_endpoint_type="Gateway", route_table_ids=[table.id for table in tables])

    def _interface_endpoints(self, subnets: list[aws.ec2.Subnet]) -> None:
        """In each zone, under the names by which every client asks for the service."""
        services = endpoints.interfaces(self._wanted)
        if not services:
            return
        group = self._endpoint_security_group()
        for service in services:
            self._endpoint(
                service,
                vpc_endpoint_type="Interface",
                subnet_ids=[subnet.id for subnet in subnets],
                security_group_ids=[group.id],
                private_dns_enabled=True,
            )

    def _endpoint_security_group(self) -> aws.ec2.SecurityGroup:
        """Whoever is in the VPC may ask; what is answered is a matter of IAM."""
        name = f"{self._name}-endpoints"
        group = aws.ec2.SecurityGroup(
            name,
            vpc_id=self._vpc_id,
            description=f"Interface endpoints of {self._name}",
            tags={"Name": name},
            opts=self._child(),
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-from-vpc",
            security_group_id=group.id,
            description="Requests from the VPC",
            cidr_ipv4=self._wanted.cidr,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            opts=self._child(),
        )
        return group

    def _endpoint(self, service: str, **arguments: Any) -> None:
        name = f"{self._name}-{service.replace('.', '-')}"
        aws.ec2.VpcEndpoint(
            name,
            vpc_id=self._vpc_id,
            service_name=endpoints.service_name(service, self._region),
            tags={"Name": name},
            opts=self._child(),
            **arguments,
        )


def _zone(names: Sequence[str], index: int, wanted: int, region: str) -> str:
    if index > len(names):
        raise pulumi.RunError(
            f"network.zones: Fargate runs in {len(names)} availability zones of {region} that this account has, "
            f"the environment wants {wanted}"
        )
    return sorted(names)[index - 1]
