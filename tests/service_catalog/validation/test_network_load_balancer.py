import pytest

from service_catalog.listener_rules.rules import listener_rules
from service_catalog.validation.environment_checks import environment_faults
from service_catalog.validation.in_environment import in_environment
from service_catalog.validation.service_checks import service_faults
from tests.builders import a_service, a_service_behind_an_nlb, an_environment, full_environment


def told(faults):
    return [(".".join(map(str, fault.path)), str(fault.message)) for fault in faults]


def test_a_port_of_a_load_balancer_is_no_fault_and_takes_no_rule():
    service = a_service_behind_an_nlb()
    assert told(service_faults(service)) == told(in_environment(service, full_environment())) == []
    assert listener_rules(service.name, service.exposure) == ()


def test_a_network_load_balancer_carries_no_http():
    assert told(service_faults(a_service_behind_an_nlb(protocol="http"))) == [
        ("exposure.protocol", "must be tcp, tls or udp with `via: nlb`")
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [("host", "a.example.com"), ("paths", ["/x"]), ("headers", {"X-A": ["1"]}), ("sticky", {}), ("rules", [{}])],
)
def test_what_only_requests_have_is_refused(field, value):
    message = "cannot be combined with `via: nlb`, which knows ports and no requests"
    assert (f"exposure.{field}", message) in told(service_faults(a_service_behind_an_nlb(**{field: value})))


def test_other_load_balancers_have_neither_ports_nor_bare_connections():
    service = a_service(exposure={"paths": ["/x"], "protocol": "tcp", "listener_port": 6379})
    assert told(service_faults(service)) == [
        ("exposure.protocol", "goes with `via: nlb` only"),
        ("exposure.listener_port", "goes with `via: nlb` only: other load balancers listen on 80 and 443"),
    ]


def test_what_udp_cannot_be_combined_with_is_told():
    exposure = {"via": "nlb", "protocol": "udp"}
    assert told(service_faults(a_service(exposure=exposure, health={"port": 9090}))) == []
    found = told(
        service_faults(a_service(exposure=exposure | {"preserve_client_address": True}, discovery="service-connect"))
    )
    assert found == [
        ("discovery", "cannot be combined with protocol: udp: services find each other for TCP"),
        ("exposure.preserve_client_address", "is always so by protocol: udp"),
    ]


def test_only_a_network_load_balancer_preserves_addresses():
    exposure = {"paths": ["/x"], "preserve_client_address": True}
    message = "goes with `via: nlb` only: others say the client's address in `X-Forwarded-For`"
    assert told(service_faults(a_service(exposure=exposure))) == [("exposure.preserve_client_address", message)]


def test_an_environment_without_one_says_what_to_write():
    [fault] = in_environment(a_service_behind_an_nlb(), an_environment(nlb={"internal": {}}))
    assert str(fault.message) == "needs the public Network Load Balancer, which dev has not"
    assert str(fault.hint) == "write nlb: { public: {} } into environments/dev.yaml"


def test_tls_needs_a_certificate():
    [fault] = in_environment(a_service_behind_an_nlb(), an_environment(nlb={"public": {}}))
    assert (fault.path, str(fault.message)) == (
        ("exposure", "protocol"),
        "needs a certificate, which the load balancer has not",
    )


def test_an_internal_one_has_no_addresses_of_the_internet():
    assert told(environment_faults(an_environment(nlb={"internal": {"static_addresses": True}}))) == [
        ("nlb.internal.static_addresses", "is for the public one: Elastic IPs are addresses of the internet")
    ]


def test_its_certificate_is_of_its_own_region():
    elsewhere = {"certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1"}
    [fault] = environment_faults(an_environment(nlb={"public": elsewhere}))
    assert fault.path == ("nlb", "public", "certificate_arn")
