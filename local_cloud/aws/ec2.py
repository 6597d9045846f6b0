"""EC2's networks: VPCs, subnets, gateways, addresses, routes, endpoints."""

from collections.abc import Callable
from typing import Any

from local_cloud.aws.cloud import CallFailed, Cloud
from local_cloud.aws.kind import Call, Kind, Look, Step, Values
from local_cloud.aws.tags import tag_mapping
from local_cloud.aws.templates import look


def with_public_address(cloud: Cloud, inputs: Values, gateway: dict[str, Any]) -> dict[str, Any]:
    """MiniStack describes a NAT gateway without its addresses."""
    if gateway.get("NatGatewayAddresses") or not inputs.get("allocationId"):
        return gateway
    allocated = cloud.call("ec2", "describe_addresses", AllocationIds=[inputs["allocationId"]])["Addresses"]
    return {**gateway, "NatGatewayAddresses": [{"PublicIp": address["PublicIp"]} for address in allocated]}


Finder = Callable[[Cloud, Values], str | None]


def by_name_tag(operation: str, items: str, id: str, alike: str = "") -> Finder:
    """Finds what has no name of its own by its tags, if one of them is a name, and if nothing else has the same."""

    def find(cloud: Cloud, inputs: Values) -> str | None:
        wanted = dict(inputs.get("tags") or {})
        found = look(items, cloud.call("ec2", operation)) if "Name" in wanted else []
        ids = [item[id] for item in found if tag_mapping(item) == wanted and _agrees(item, inputs, alike)]
        return ids[0] if len(ids) == 1 else None

    return find


def _agrees(described: Values, inputs: Values, prop: str) -> bool:
    return not prop or described.get(prop[:1].upper() + prop[1:]) == inputs.get(prop)


ARN = "arn:{partition}:ec2:{region}:{account}:"


def attach(cloud: Cloud, id: str, old: Values, new: Values) -> None:
    detach(cloud, id, old)
    if not new.get("vpcId"):
        return
    try:
        cloud.call("ec2", "attach_internet_gateway", InternetGatewayId=id, VpcId=new["vpcId"])
    except CallFailed as failure:
        if failure.code != "Resource.AlreadyAssociated":
            raise


def detach(cloud: Cloud, id: str, inputs: Values) -> None:
    if not inputs.get("vpcId"):
        return
    try:
        cloud.call("ec2", "detach_internet_gateway", InternetGatewayId=id, VpcId=inputs["vpcId"])
    except CallFailed as failure:
        if not failure.is_gone and failure.code != "Gateway.NotAttached":
            raise


def reassign(cloud: Cloud, id: str, old: Values, new: Values) -> None:
    """An endpoint takes what is added and what is removed, not what it shall be."""
    arguments: dict[str, list[str]] = {}
    for prop in ("routeTableIds", "subnetIds", "securityGroupIds"):
        before, after = set(old.get(prop) or ()), set(new.get(prop) or ())
        member = prop[0].upper() + prop[1:]
        arguments[f"Add{member}"] = sorted(after - before)
        arguments[f"Remove{member}"] = sorted(before - after)
    cloud.call("ec2", "modify_vpc_endpoint", VpcEndpointId=id, **{key: ids for key, ids in arguments.items() if ids})


def endpoint(properties: dict[str, Any]) -> dict[str, Any]:
    # Gateway is AWS's own default; moto cannot delete an endpoint that was made without a type.
    return {"vpcEndpointType": "Gateway", **properties}


def flow_log(properties: dict[str, Any]) -> dict[str, Any]:
    """AWS takes any thing whose traffic is looked at, and the group by its ARN or its name."""
    of_vpc = {"ResourceType": "VPC", "ResourceIds": [properties["vpcId"]]}
    return {"logDestinationType": "cloud-watch-logs", **properties, **of_vpc}


KINDS = [
    Kind(
        "aws:ec2/vpc:Vpc",
        "ec2",
        create=Call("create_vpc"),
        made="Vpc",
        id="VpcId",
        look=Look("describe_vpcs", {"VpcIds": ["{id}"]}, "Vpcs[0]"),
        updates=(Call("modify_vpc_attribute", {"VpcId": "{id}"}, each=True),),
        delete=Call("delete_vpc", {"VpcId": "{id}"}),
        find=by_name_tag("describe_vpcs", "Vpcs", "VpcId", "cidrBlock"),
        fixed="cidrBlock instanceTenancy",
        tags="{id}",
        outputs={"arn": ARN + "vpc/{id}", "cidrBlock": "CidrBlock", "ownerId": "OwnerId"},
    ),
    Kind(
        "aws:ec2/subnet:Subnet",
        "ec2",
        create=Call("create_subnet"),
        made="Subnet",
        id="SubnetId",
        look=Look("describe_subnets", {"SubnetIds": ["{id}"]}, "Subnets[0]"),
        find=Look("describe_subnets", {}, "Subnets[?VpcId == '{vpcId}' && CidrBlock == '{cidrBlock}'] | [0]"),
        updates=(Call("modify_subnet_attribute", {"SubnetId": "{id}"}, each=True),),
        delete=Call("delete_subnet", {"SubnetId": "{id}"}),
        fixed="availabilityZone availabilityZoneId cidrBlock vpcId",
        tags="{id}",
        outputs={
            "arn": ARN + "subnet/{id}",
            "availabilityZone": "AvailabilityZone",
            "availabilityZoneId": "AvailabilityZoneId",
            "ownerId": "OwnerId",
        },
    ),
    Kind(
        "aws:ec2/internetGateway:InternetGateway",
        "ec2",
        create=Call("create_internet_gateway"),
        made="InternetGateway",
        id="InternetGatewayId",
        look=Look("describe_internet_gateways", {"InternetGatewayIds": ["{id}"]}, "InternetGateways[0]"),
        # Before it is attached, its tags are all that tells it from others.
        find=by_name_tag("describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
        updates=(Step("vpcId", attach),),
        before_delete=detach,
        delete=Call("delete_internet_gateway", {"InternetGatewayId": "{id}"}),
        tags="{id}",
        outputs={"arn": ARN + "internet-gateway/{id}", "ownerId": "OwnerId"},
    ),
    Kind(
        "aws:ec2/eip:Eip",
        "ec2",
        create=Call("allocate_address"),
        made="@",
        id="AllocationId",
        look=Look("describe_addresses", {"AllocationIds": ["{id}"]}, "Addresses[0]"),
        delete=Call("release_address", {"AllocationId": "{id}"}),
        find=by_name_tag("describe_addresses", "Addresses", "AllocationId"),
        fixed="address domain networkBorderGroup publicIpv4Pool",
        tags="{id}",
        outputs={
            "arn": ARN + "elastic-ip/{id}",
            "allocationId": "AllocationId",
            "publicIp": "PublicIp",
        },
    ),
    Kind(
        "aws:ec2/natGateway:NatGateway",
        "ec2",
        create=Call("create_nat_gateway", names={"PrivateIpAddress": "privateIp"}),
        made="NatGateway",
        complete=with_public_address,
        id="NatGatewayId",
        look=Look(
            "describe_nat_gateways",
            {"NatGatewayIds": ["{id}"]},
            "NatGateways[?State != 'deleted' && State != 'deleting'] | [0]",
        ),
        find=Look(
            "describe_nat_gateways",
            {},
            "NatGateways[?SubnetId == '{subnetId}' && (State == 'available' || State == 'pending')] | [0]",
        ),
        delete=Call("delete_nat_gateway", {"NatGatewayId": "{id}"}),
        fixed="allocationId connectivityType privateIp subnetId",
        tags="{id}",
        outputs={
            "publicIp": "NatGatewayAddresses[0].PublicIp",
            "privateIp": "NatGatewayAddresses[0].PrivateIp",
            "networkInterfaceId": "NatGatewayAddresses[0].NetworkInterfaceId",
        },
    ),
    Kind(
        "aws:ec2/routeTable:RouteTable",
        "ec2",
        create=Call("create_route_table"),
        made="RouteTable",
        id="RouteTableId",
        look=Look("describe_route_tables", {"RouteTableIds": ["{id}"]}, "RouteTables[0]"),
        delete=Call("delete_route_table", {"RouteTableId": "{id}"}),
        find=by_name_tag("describe_route_tables", "RouteTables", "RouteTableId", "vpcId"),
        fixed="vpcId",
        tags="{id}",
        outputs={"arn": ARN + "route-table/{id}", "ownerId": "OwnerId"},
    ),
    Kind(
        "aws:ec2/route:Route",
        "ec2",
        create=Call("create_route"),
        id="{routeTableId}_{destinationCidrBlock}",
        look=Look(
            "describe_route_tables",
            {"RouteTableIds": ["{routeTableId}"]},
            "RouteTables[0].Routes[?DestinationCidrBlock == '{destinationCidrBlock}'] | [0]",
        ),
        updates=(Call("replace_route", together="*"),),
        delete=Call(
            "delete_route", {"RouteTableId": "{routeTableId}", "DestinationCidrBlock": "{destinationCidrBlock}"}
        ),
        fixed="destinationCidrBlock routeTableId",
        outputs={"origin": "Origin", "state": "State"},
    ),
    Kind(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "ec2",
        create=Call("associate_route_table"),
        made="@",
        id="AssociationId || RouteTableAssociationId",
        look=Look(
            "describe_route_tables",
            {"Filters": [{"Name": "association.route-table-association-id", "Values": ["{id}"]}]},
            "RouteTables[].Associations[] | [?RouteTableAssociationId == '{id}'] | [0]",
        ),
        find=Look(
            "describe_route_tables",
            {"RouteTableIds": ["{routeTableId}"]},
            "RouteTables[].Associations[] | [?SubnetId == '{subnetId}'] | [0]",
        ),
        delete=Call("disassociate_route_table", {"AssociationId": "{id}"}),
        # The real provider changes the table in place, whereby AWS gives the association another id.
        fixed="gatewayId routeTableId subnetId",
        unique="gatewayId subnetId",
    ),
    Kind(
        "aws:ec2/flowLog:FlowLog",
        "ec2",
        create=Call(
            "create_flow_logs",
            names={"DeliverLogsPermissionArn": "iamRoleArn"},
            takes="vpcId",
            reshape=flow_log,
        ),
        id="FlowLogIds[0] || FlowLogId",
        look=Look("describe_flow_logs", {"FlowLogIds": ["{id}"]}, "FlowLogs[0]"),
        find=Look(
            "describe_flow_logs",
            {},
            "FlowLogs[?ResourceId == '{vpcId}' && LogDestination == '{logDestination}'] | [0]",
        ),
        delete=Call("delete_flow_logs", {"FlowLogIds": ["{id}"]}),
        fixed="iamRoleArn logDestination logDestinationType logFormat maxAggregationInterval trafficType vpcId",
        tags="{id}",
        outputs={"arn": ARN + "vpc-flow-log/{id}"},
    ),
    Kind(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        "ec2",
        create=Call("create_vpc_endpoint", reshape=endpoint, names={"PolicyDocument": "policy"}),
        made="VpcEndpoint",
        id="VpcEndpointId",
        look=Look("describe_vpc_endpoints", {"VpcEndpointIds": ["{id}"]}, "VpcEndpoints[?State != 'deleted'] | [0]"),
        find=Look(
            "describe_vpc_endpoints",
            {},
            "VpcEndpoints[?VpcId == '{vpcId}' && ServiceName == '{serviceName}' && State != 'deleted'] | [0]",
        ),
        updates=(
            Call("modify_vpc_endpoint", {"VpcEndpointId": "{id}"}, names={"PolicyDocument": "policy"}),
            Step("routeTableIds subnetIds securityGroupIds", reassign),
        ),
        delete=Call("delete_vpc_endpoints", {"VpcEndpointIds": ["{id}"]}),
        fixed="serviceName serviceRegion vpcEndpointType vpcId",
        tags="{id}",
        outputs={
            "arn": ARN + "vpc-endpoint/{id}",
            "state": "State",
            "ownerId": "OwnerId",
        },
    ),
]
