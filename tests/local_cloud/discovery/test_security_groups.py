import pytest

from local_cloud.discovery.security_groups import lets_in

FROM_CALLER = {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "UserIdGroupPairs": [{"GroupId": "sg-caller"}]}
FROM_VPC = {"IpProtocol": "tcp", "FromPort": 8000, "ToPort": 9000, "IpRanges": [{"CidrIp": "10.20.0.0/16"}]}
FROM_ALL = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
DATAGRAMS = FROM_CALLER | {"IpProtocol": "udp"}


@pytest.mark.parametrize(
    ("rules", "port", "groups", "subnet", "expected"),
    [
        ([FROM_CALLER], 8080, ["sg-caller"], None, True),
        ([FROM_CALLER], 8080, ["sg-other"], None, False),
        ([FROM_CALLER], 9090, ["sg-caller"], None, False),
        ([DATAGRAMS], 8080, ["sg-caller"], None, False),
        ([FROM_VPC], 8080, [], "10.20.4.0/24", True),
        ([FROM_VPC], 8080, [], "10.99.4.0/24", False),
        ([FROM_VPC], 8080, [], None, False),
        ([FROM_ALL], 1, [], None, True),
        ([], 8080, ["sg-caller"], "10.20.4.0/24", False),
    ],
)
def test_who_is_named_at_the_port_gets_in(rules, port, groups, subnet, expected):
    assert lets_in(rules, port, groups, subnet) is expected
