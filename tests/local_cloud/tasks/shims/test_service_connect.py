"""Services find each other by the names of Service Connect and Cloud Map, and ECS refuses what it refuses on AWS."""

import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.tasks.shims import registrations, service_connect
from tests.local_cloud.services import CLUSTER, SampleService
from tests.local_cloud.waiting import eventually

MAIN = {"name": "main", "containerPort": 8080, "hostPort": 8080, "appProtocol": "http"}


class Network:
    """A namespace, a security group on the asked services, and one that is let in there."""

    def __init__(self, aws: Callable[[str], Any], name: str):
        self.aws, self.cloud_map, ec2 = aws, aws("servicediscovery"), aws("ec2")
        self.domain = f"{name}.internal"
        vpc = ec2.create_vpc(CidrBlock="10.40.0.0/16")["Vpc"]["VpcId"]
        made = self.cloud_map.create_private_dns_namespace(Name=self.domain, Vpc=vpc)
        operation = self.cloud_map.get_operation(OperationId=made["OperationId"])["Operation"]
        self.id = operation["Targets"]["NAMESPACE"]
        self.arn = self.cloud_map.get_namespace(Id=self.id)["Namespace"]["Arn"]
        groups = [ec2.create_security_group(GroupName=f"{name}-{it}", Description=it, VpcId=vpc) for it in ("a", "b")]
        self.asked, self.caller = (group["GroupId"] for group in groups)
        pairs = [{"GroupId": self.caller}]
        rule = {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "UserIdGroupPairs": pairs}
        ec2.authorize_security_group_ingress(GroupId=self.asked, IpPermissions=[rule])

    def within(self, *groups: str) -> dict[str, Any]:
        return {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": groups}}}

    def connect(self, *endpoints: dict[str, Any]) -> dict[str, Any]:
        return {"serviceConnectConfiguration": {"enabled": True, "namespace": self.arn, "services": list(endpoints)}}

    def registry(self, name: str, *records: str) -> str:
        config = {"NamespaceId": self.id, "DnsRecords": [{"Type": it, "TTL": 10} for it in records]}
        return self.cloud_map.create_service(Name=name, NamespaceId=self.id, DnsConfig=config)["Service"]["Arn"]

    def listed(self, arn_or_name: str) -> list[dict[str, str]]:
        """Attributes of the instances of one service of Cloud Map."""
        for it in self.cloud_map.list_services()["Services"]:
            if arn_or_name in (it["Arn"], it["Name"]):
                return [one["Attributes"] for one in self.cloud_map.list_instances(ServiceId=it["Id"])["Instances"]]
        return []


def endpoint(name: str, port: int = 80) -> dict[str, Any]:
    return {
        "portName": "main",
        "discoveryName": f"{name}_connect",
        "clientAliases": [{"dnsName": name, "port": port}],
    }


@pytest.fixture
def network(prepared: Callable[[str], Any], fresh_name: str) -> Network:
    return Network(prepared, fresh_name)


@pytest.fixture
def caller(prepared: Callable[[str], Any], fresh_name: str) -> Iterator[SampleService]:
    made = SampleService(prepared, f"{fresh_name}-caller")
    yield made
    made.ecs.delete_service(cluster=CLUSTER, service=made.name, force=True)


def create(service: SampleService, definition: str, **more: Any) -> None:
    where = {"cluster": CLUSTER, "launchType": "FARGATE"}
    service.ecs.create_service(serviceName=service.name, taskDefinition=definition, desiredCount=1, **where, **more)
    assert service.settled() == "SUCCESSFUL"


def named_port(service: SampleService, **more: Any) -> str:
    return service.definition(portMappings=[MAIN], port=None, **more)


def heard(caller: SampleService) -> dict[str, str]:
    """What the caller's program heard from those whom it calls."""
    [task] = caller.running()
    [address] = [it["value"] for it in task["attachments"][0]["details"] if it["name"] == "privateIPv4Address"]
    connection = http.client.HTTPConnection(address, 8080, timeout=60)
    connection.request("GET", "/", headers={"Accept": "application/json"})
    answer: dict[str, Any] = json.load(connection.getresponse())
    connection.close()
    return answer["calls"]


def calling(caller: SampleService, address: str) -> str:
    return caller.definition("demo:1.0.0", environment=[{"name": "HELLO_URL", "value": f"http://{address}"}])


def test_a_service_is_asked_by_its_alias_and_still_is_after_a_release(service, caller, network):
    create(service, named_port(service), **network.connect(endpoint(service.name)), **network.within(network.asked))
    create(caller, calling(caller, service.name), **network.connect(), **network.within(network.caller))
    assert heard(caller) == {"HELLO_URL": "hello 1.0.0"}

    service.update(taskDefinition=named_port(service, image="hello:1.1.0"))
    assert service.settled() == "SUCCESSFUL"
    assert heard(caller) == {"HELLO_URL": "hello 1.1.0"}


def test_a_task_of_another_group_is_not_let_in(service, caller, network):
    create(service, named_port(service), **network.connect(endpoint(service.name)), **network.within(network.asked))
    create(caller, calling(caller, service.name), **network.connect(), **network.within("sg-stranger"))
    assert heard(caller)["HELLO_URL"].startswith("503: upstream connect error")


def test_a_task_knows_the_aliases_that_were_there_before_it(service, caller, network):
    create(caller, calling(caller, service.name), **network.connect(), **network.within(network.caller))
    create(service, named_port(service), **network.connect(endpoint(service.name)), **network.within(network.asked))
    assert "not known" in heard(caller)["HELLO_URL"]

    caller.update(forceNewDeployment=True)
    assert caller.settled() == "SUCCESSFUL"
    assert heard(caller) == {"HELLO_URL": "hello 1.0.0"}


def test_a_task_without_service_connect_knows_no_alias(service, caller, network):
    create(service, named_port(service), **network.connect(endpoint(service.name)), **network.within(network.asked))
    create(caller, calling(caller, service.name), **network.within(network.caller))
    assert "not known" in heard(caller)["HELLO_URL"]


def test_cloud_map_lists_the_tasks_that_run_and_answers_for_them_in_dns(service, caller, network):
    arn = network.registry(service.name, "A")
    create(service, service.definition(), serviceRegistries=[{"registryArn": arn}], **network.within(network.asked))
    create(caller, calling(caller, f"{service.name}.{network.domain}:8080"), **network.within(network.caller))

    [attributes] = network.listed(arn)
    assert (attributes["ECS_SERVICE_NAME"], "AWS_INSTANCE_PORT" in attributes) == (service.name, False)
    assert heard(caller) == {"HELLO_URL": "hello 1.0.0"}

    service.update(desiredCount=0)
    assert eventually(lambda: network.listed(arn) == [])
    assert "not known" in heard(caller)["HELLO_URL"]


def test_records_with_a_port_list_it(service, network):
    arn = network.registry(service.name, "SRV")
    registry = {"registryArn": arn, "containerName": "app", "containerPort": 8080}
    create(service, service.definition(), serviceRegistries=[registry])
    assert [it["AWS_INSTANCE_PORT"] for it in network.listed(arn)] == ["8080"]


def test_an_endpoint_stands_in_cloud_map_while_its_service_has_it(service, network):
    create(service, named_port(service), **network.connect(endpoint(service.name)))
    assert [it["AWS_INSTANCE_PORT"] for it in network.listed(f"{service.name}_connect")] == ["8080"]

    service.update(serviceConnectConfiguration={"enabled": False})
    assert service.settled() == "SUCCESSFUL"
    names = [it["Name"] for it in network.cloud_map.list_services()["Services"]]
    assert f"{service.name}_connect" not in names


def test_a_task_that_runs_before_its_service_has_the_endpoint_is_listed(own_ecs):
    from ministack.services import servicediscovery as cloud_map

    service_connect.install(own_ecs, cloud_map)
    registrations.install(own_ecs, cloud_map)
    own_ecs._task_ip = lambda task: "10.0.0.7"
    namespace, _ = cloud_map._create_namespace_record("own.internal", "HTTP")
    container = {"name": "app", "image": "x", "portMappings": [MAIN]}
    own_ecs._register_task_definition({"family": "own", "networkMode": "awsvpc", "containerDefinitions": [container]})
    own_ecs._ACTION_MAP["CreateService"](
        {
            "cluster": "own",
            "serviceName": "own",
            "taskDefinition": "own",
            "launchType": "FARGATE",
            "desiredCount": 1,
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
            "serviceConnectConfiguration": {
                "enabled": True,
                "namespace": namespace["Arn"],
                "services": [endpoint("own")],
            },
        }
    )

    [endpoint_of_own] = own_ecs._services["own/own"]["_endpoints"].values()
    assert len(cloud_map._instances[endpoint_of_own["registry"]]) == 1


def test_a_changed_configuration_starts_new_tasks_and_the_same_one_does_not(service, network):
    create(service, named_port(service))
    service.update(**network.connect())
    assert (service.settled(), len(service.rollouts())) == ("SUCCESSFUL", 2)
    service.update(**network.connect())
    assert len(service.rollouts()) == 2
    [deployment] = service.describe()["deployments"]
    assert deployment["serviceConnectConfiguration"]["enabled"] is True


REFUSED = {
    "a port name that the revision lacks": (
        lambda network, name: network.connect(endpoint(name) | {"portName": "grpc"}),
        "The port name grpc does not exist",
    ),
    "two aliases": (
        lambda network, name: network.connect(
            endpoint(name) | {"clientAliases": [{"port": 80}, {"port": 81}]},
        ),
        "one client alias at most",
    ),
    "an alias of somebody else": (
        lambda network, name: network.connect(endpoint("taken") | {"discoveryName": "free"}),
        "The client alias taken:80 is used by another service",
    ),
    "a discovery name of somebody else": (
        lambda network, name: network.connect(endpoint("free") | {"discoveryName": "taken_connect"}),
        "The discovery name taken_connect is used",
    ),
    "a registry that is gone": (
        lambda network, name: {"serviceRegistries": [{"registryArn": f"{network.arn}/none"}]},
        "ServiceNotFound",
    ),
    "a port that no record holds": (
        lambda network, name: {
            "serviceRegistries": [
                {"registryArn": network.registry(name, "A"), "containerName": "app", "containerPort": 8080}
            ]
        },
        "A port was provided but is not required",
    ),
    "a record without its port": (
        lambda network, name: {"serviceRegistries": [{"registryArn": network.registry(name, "SRV")}]},
        "A port is required",
    ),
}


@pytest.fixture
def taken(prepared: Callable[[str], Any], fresh_name: str, network: Network) -> Iterator[SampleService]:
    made = SampleService(prepared, f"{fresh_name}-taken")
    create(made, named_port(made), **network.connect(endpoint("taken")))
    yield made
    made.ecs.delete_service(cluster=CLUSTER, service=made.name, force=True)


@pytest.mark.parametrize("what", REFUSED)
def test_what_ecs_refuses_is_refused_and_changes_nothing(what, service, network, taken):
    wanted, reason = REFUSED[what]
    service.create(named_port(service), count=0)
    with pytest.raises(service.ecs.exceptions.InvalidParameterException, match=reason):
        service.update(**wanted(network, service.name))
    assert len(service.rollouts()) == 1
    assert "serviceRegistries" not in service.describe() or service.describe()["serviceRegistries"] == []


def test_a_namespace_that_is_not_there_is_refused(service):
    connect = {"enabled": True, "namespace": "nowhere.internal"}
    with pytest.raises(ClientError, match="NamespaceNotFound"):
        service.create(named_port(service), count=0, serviceConnectConfiguration=connect)


def test_the_protocol_of_an_endpoint_is_for_ever(service, network):
    create(service, named_port(service), **network.connect(endpoint(service.name)))
    other = service.definition(portMappings=[MAIN | {"appProtocol": "grpc"}], port=None)
    with pytest.raises(service.ecs.exceptions.InvalidParameterException, match="cannot be changed for a SC service"):
        service.update(taskDefinition=other)


def test_without_the_shim_ministack_forgets_the_configuration(bare_ecs):
    """When this fails, MiniStack has caught up."""
    made = bare_ecs._create_service(
        {
            "cluster": "bare",
            "serviceName": "bare",
            "taskDefinition": "bare",
            "desiredCount": 0,
            "serviceConnectConfiguration": {"enabled": True, "namespace": "none"},
        }
    )
    assert "serviceConnectConfiguration" not in json.loads(made[2])["service"]["deployments"][0]
