import json
from dataclasses import fields, replace
from typing import Any

import pulumi
import pytest

from infra.exports import ApiExports, EnvironmentExports, ListenerExports, ListenerForTestsExports, NlbExports
from service_catalog import Slot
from service_catalog.model import Service
from tests.builders import a_service, a_slot
from tests.infra.recorder import Recorder

PUBLIC = ListenerExports("arn:public", "sg-public", "app/public/1", "public.example.com")
INTERNAL = ListenerExports("arn:internal", "sg-internal", "app/internal/2", "internal.example.com")
API_LISTENER = ListenerExports("arn:api", "sg-internal", "app/internal/2", "internal.example.com")
API = ApiExports(
    id="api-1",
    url="https://api.example.com",
    endpoint="https://api-1.execute-api.ap-northeast-1.amazonaws.com",
    dns_target=None,
    vpc_link_id="link-1",
    link_security_group_id="sg-link",
    authorizer_ids={"partners": "authorizer-1", "keys": "authorizer-2"},
    listener=API_LISTENER,
)
PUBLIC_NLB = NlbExports("arn:nlb", "net/public/3", "nlb.example.com", "sg-nlb", ["198.51.100.7"], "arn:certificate")
INTERNAL_NLB = NlbExports("arn:internal-nlb", "net/internal/4", "internal-nlb.example.com", "sg-internal-nlb", [])
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
    namespace_id="ns-1",
    namespace_arn="arn:namespace",
    api=API,
    public_nlb=PUBLIC_NLB,
    internal_nlb=INTERNAL_NLB,
    public_test=ListenerForTestsExports("arn:public-test", 9000),
    internal_test=ListenerForTestsExports("arn:internal-test", 9000),
)
BEHIND_API = a_service(exposure={"via": "api-gateway", "audience": "public", "paths": ["/orders"]})


def read(service: Service) -> dict[str, Any]:
    return EnvironmentExports.read("dev", service, a_slot(service)).as_mapping()


def test_what_the_environment_writes_its_services_read(engine):
    engine.run(WRITTEN.write)
    service = Recorder(stack_outputs=engine.outputs)

    service.run(
        lambda: pulumi.export("read", EnvironmentExports.read("dev", BEHIND_API, a_slot(BEHIND_API)).as_mapping()),
        "dev.orders-api",
    )

    others = {"public_nlb", "internal_nlb", "public_test", "internal_test"}
    assert service.outputs["read"] == {name: it for name, it in WRITTEN.as_mapping().items() if name not in others}
    assert service.referenced == ["organization/slipway/dev"]


def test_what_only_some_environments_have_concerns_only_those_that_use_it(engine):
    without = replace(WRITTEN, api=None, public_nlb=None, internal_nlb=None, public_test=None, internal_test=None)
    engine.run(without.write)
    service = Recorder(stack_outputs=engine.outputs)

    service.run(
        lambda: pulumi.export("read", EnvironmentExports.read("dev", a_service(), a_slot(a_service())).as_mapping())
    )

    assert service.outputs["read"] == without.as_mapping()
    assert "api" not in engine.outputs


def test_numbers_are_read_as_they_were_written_so_that_the_fingerprint_stays(engine):
    engine.run(WRITTEN.write)
    tested = a_service(deployment={"strategy": "canary", "test_listener": True})
    service = Recorder(stack_outputs=engine.outputs)

    def program() -> None:
        pulumi.export("said", EnvironmentExports.read("dev", tested, a_slot(tested)).together().apply(json.dumps))

    service.run(program)

    assert json.loads(service.outputs["said"])["public_test"] == {"listener_arn": "arn:public-test", "port": 9000}
    assert "9000.0" not in service.outputs["said"]


def test_what_the_environment_does_not_have_yet_is_told_in_a_sentence(engine):
    engine.run(WRITTEN.write)
    without = {name: value for name, value in engine.outputs.items() if name != "api"}

    def program() -> None:
        pulumi.export("read", read(BEHIND_API))

    with pytest.raises(pulumi.RunError, match="dev does not have api yet: run `slipway up dev`"):
        Recorder(stack_outputs=without).run(program)


def test_each_listener_stands_under_its_audience(engine):
    engine.run(WRITTEN.write)
    told_by_name = {"said", "further", "further_test"}
    assert set(engine.outputs) == {field.name for field in fields(EnvironmentExports)} - told_by_name
    assert engine.outputs["internal"] == {
        "listener_arn": "arn:internal",
        "load_balancer_security_group_id": "sg-internal",
        "load_balancer_arn_suffix": "app/internal/2",
        "load_balancer_dns_name": "internal.example.com",
    }


def test_who_stands_on_a_further_load_balancer_reads_what_is_said_of_it_and_nobody_else_does(engine):
    second = replace(PUBLIC, listener_arn="arn:second")
    tests = ListenerForTestsExports("arn:second-test", 9000)
    engine.run(replace(WRITTEN, further={"public-2": second}, further_test={"public-2": tests}).write)
    tested = a_service(deployment={"strategy": "canary", "test_listener": True})

    def read_at(slot: Slot) -> EnvironmentExports:
        found: list[EnvironmentExports] = []
        Recorder(stack_outputs=engine.outputs).run(lambda: found.append(EnvironmentExports.read("dev", tested, slot)))
        return found[0]

    there, elsewhere = read_at(Slot("public-2", 4)), read_at(Slot("public", 4))
    assert (set(there.further), set(there.further_test)) == ({"public-2"}, {"public-2"})
    assert (there.public_test, elsewhere.further, elsewhere.further_test) == (None, {}, {})
