from dataclasses import fields

import pulumi

from infra.exports import EnvironmentExports, ListenerExports
from tests.infra.recorder import Recorder

PUBLIC = ListenerExports("arn:public", "sg-public", "app/public/1", "public.example.com")
INTERNAL = ListenerExports("arn:internal", "sg-internal", "app/internal/2", "internal.example.com")
WRITTEN = EnvironmentExports(
    vpc_id="vpc-1",
    task_subnet_ids=["subnet-1", "subnet-2"],
    assign_public_ip=False,
    cluster_arn="arn:cluster",
    alarm_topic_arn="arn:topic",
    exec_key_arn="arn:key",
    egress_addresses=["203.0.113.7"],
    public=PUBLIC,
    internal=INTERNAL,
)


def test_what_the_environment_writes_its_services_read(engine):
    engine.run(WRITTEN.write)
    service = Recorder(stack_outputs=engine.outputs)

    service.run(lambda: pulumi.export("read", EnvironmentExports.read("dev").as_mapping()), "dev.orders-api")

    assert service.outputs["read"] == WRITTEN.as_mapping()
    assert service.referenced == ["organization/slipway/dev"]


def test_each_listener_stands_under_its_audience(engine):
    engine.run(WRITTEN.write)
    assert set(engine.outputs) == {field.name for field in fields(EnvironmentExports)}
    assert engine.outputs["internal"] == {
        "listener_arn": "arn:internal",
        "load_balancer_security_group_id": "sg-internal",
        "load_balancer_arn_suffix": "app/internal/2",
        "load_balancer_dns_name": "internal.example.com",
    }
