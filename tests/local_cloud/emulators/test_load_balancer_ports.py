import json

import pytest

from local_cloud.emulators.load_balancer_ports import LoadBalancerPorts
from local_cloud.emulators.record import ports


async def unasked(*_: object) -> None:
    """No request comes to these ports."""


@pytest.mark.parametrize("torn", ["", '{"a.elb.amazonaws.com": 80', "[1]", "null"])
def test_a_torn_record_of_ports_is_written_anew(tmp_path, torn):
    record = tmp_path / "load-balancer-ports.json"
    record.write_text(torn)
    assert ports(record) == {}

    port = LoadBalancerPorts(unasked, record=record)._port("a.elb.amazonaws.com")

    assert ports(record) == {"a.elb.amazonaws.com": port} == json.loads(record.read_text())


def test_a_load_balancer_keeps_its_port_and_the_others_theirs(tmp_path):
    load_balancer_ports = LoadBalancerPorts(unasked, record=tmp_path / "load-balancer-ports.json")
    first, second = load_balancer_ports._port("a"), load_balancer_ports._port("b")
    assert load_balancer_ports._port("a") == first
    assert ports(tmp_path / "load-balancer-ports.json") == {"a": first, "b": second}
    assert [path.name for path in tmp_path.iterdir()] == ["load-balancer-ports.json"]
