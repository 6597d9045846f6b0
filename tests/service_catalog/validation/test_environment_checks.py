import pytest

from service_catalog.validation.environment_checks import environment_faults
from tests.builders import CHAT, ZONE, an_environment
from tests.service_catalog.validation.said import said

DOMAIN = {
    "name": "dev.example.com",
    "certificate_arn": "arn:aws:acm:ap-northeast-1:123456789012:certificate/1234567890",
}
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
EXISTING = {
    "vpc_id": "vpc-1a",
    "public_subnet_ids": ["subnet-1", "subnet-2"],
    "private_subnet_ids": ["subnet-3", "subnet-4"],
}


def managed(**said: object) -> dict[str, object]:
    return {"capacity": {"managed_instances": said}}


def ec2(**said: object) -> dict[str, object]:
    return {"capacity": {"ec2": {"instance_types": ["m7g.large"], "max": 4} | said}}


def test_alarms_tell_somebody_and_each_once():
    twice = {"emails": ["a@example.com", "a@example.com"]}
    assert said(environment_faults(an_environment(alarms={}))) == ["alarms: tells nobody"]
    assert said(environment_faults(an_environment(alarms=twice))) == ["alarms.emails[1]: is listed twice"]


ROLE = "arn:aws:iam::123456789012:role/slipway-portal"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"access_role_arn": ROLE, "access_external_id": "slipway"}, []),
        ({"access_external_id": "slipway"}, ["access_external_id: means nothing without `access_role_arn`"]),
        (
            {"access_role_arn": ROLE.replace("123456789012", "210987654321")},
            [
                "access_role_arn: must be a role of the environment's own account 123456789012, got "
                "'arn:aws:iam::210987654321:role/slipway-portal'"
            ],
        ),
        (
            {"access_role_arn": ROLE.replace("123456789012", "0" * 12), "name": "local", "account_id": "0" * 12},
            ["access_role_arn: means nothing in local"],
        ),
    ],
    ids=str,
)
def test_the_portals_role_is_one_of_the_environments_account(changes, told):
    assert said(environment_faults(an_environment(**changes))) == told


def test_alarms_go_to_chat_channels_where_aws_offers_that():
    assert said(environment_faults(an_environment(alarms={"chat": {}}))) == ["alarms.chat: names no channel"]
    assert environment_faults(an_environment(alarms={"chat": CHAT})) == []
    in_china = environment_faults(an_environment(region="cn-north-1", alarms={"chat": CHAT}))
    assert said(in_china) == ["alarms.chat: is not offered in aws-cn"]


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"network": {"cidr": "10.20.1.0/16"}}, ["network.cidr: must begin at its first address, got '10.20.1.0/16'"]),
        (
            {"network": {"cidr": "10.300.0.0/16"}},
            ["network.cidr: must be a network like 10.20.0.0/16, got '10.300.0.0/16'"],
        ),
        ({"network": {"cidr": "10.20.0.0/26"}}, ["network.cidr: must be /16 to /24, got /26"]),
        ({"network": {"cidr": "10.0.0.0/8"}}, ["network.cidr: must be /16 to /24, got /8"]),
        *(
            (
                {"network": {"cidr": cidr}},
                [
                    "network.cidr: must be within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10, "
                    f"got '{cidr}'"
                ],
            )
            for cidr in ("8.8.0.0/16", "127.0.0.0/16", "169.254.0.0/16", "240.0.0.0/16", "198.18.0.0/16")
        ),
        (
            {"network": {"existing": EXISTING, "zones": 2, "nat": "none"}},
            [
                "network.zones: means nothing beside network.existing",
                "network.nat: means nothing beside network.existing",
            ],
        ),
        (
            {"network": {"existing": EXISTING | {"public_subnet_ids": ["subnet-1", "subnet-1"]}}},
            ["network.existing.public_subnet_ids[1]: is listed twice"],
        ),
        (ec2(min=4, max=2), ["capacity.ec2.max: must be at least 4, as min says, got 2"]),
        (
            ec2(spot={"on_demand": 4}),
            ["capacity.ec2.spot: has no effect: at most 4 instances run, and so many on demand"],
        ),
        (ec2(instance_types=["m7g.large", "m7g.large"]), ["capacity.ec2.instance_types[1]: is listed twice"]),
        (
            ec2(instance_types=["m7g.large", "m7i.large"]),
            ["capacity.ec2.instance_types[1]: m7i.large needs another image than m7g.large"],
        ),
        (
            ec2(instance_types=["m7i.large", "g5.xlarge"]),
            ["capacity.ec2.instance_types[1]: g5.xlarge needs another image than m7i.large"],
        ),
        (
            managed(instance_types=["m7g.*"], excluded_types=["m7g.metal"]),
            [
                "capacity.managed_instances.excluded_types: does not go with instance_types, "
                "which says already what may be taken"
            ],
        ),
        (
            managed(vcpus={"min": 8, "max": 4}),
            ["capacity.managed_instances.vcpus.max: must be at least 8, as min says, got 4"],
        ),
        (
            managed(instance_types=["m7i.*"], cpu_manufacturers=["amazon-web-services"]),
            ["capacity.managed_instances.instance_types: names no instances with processors of amazon-web-services"],
        ),
        (managed(generations=["current", "current"]), ["capacity.managed_instances.generations[1]: is listed twice"]),
        *(
            (ec2(instance_types=[kind]), [f"capacity.ec2.instance_types[0]: {kind} runs no image that ECS offers"])
            for kind in ("g4ad.xlarge", "g5g.xlarge", "inf2.xlarge", "mac2.metal")
        ),
        (
            {"registry": {"pull_accounts": ["222222222222"], "keep_images": 50}},
            [
                "registry.keep_images: means nothing without `make`",
                "registry.pull_accounts: means nothing without `make`",
            ],
        ),
        (
            {"registry": {"make": True, "account_id": "222222222222"}},
            ["registry.make: makes repositories in the environment's own registry only"],
        ),
        (
            {"registry": {"region": "cn-north-1"}},
            ["registry.region: must be in the partition of the environment, got 'cn-north-1'"],
        ),
        (
            {"registry": {"make": True, "pull_accounts": ["123456789012"]}},
            ["registry.pull_accounts[0]: is the environment's own account, which pulls by its own rights"],
        ),
        (
            {"registry": {"make": True, "key_arn": f"arn:aws:kms:us-east-1:123456789012:key/{KEY}"}},
            [
                "registry.key_arn: must be a key in ap-northeast-1, "
                "got 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-5…'"
            ],
        ),
        (
            {"domain": DOMAIN, "region": "us-east-1"},
            [
                "domain.certificate_arn: must begin with arn:aws:acm:us-east-1:123456789012:certificate/, "
                f"got '{DOMAIN['certificate_arn'][:59]}…'"
            ],
        ),
        (
            {"domain": DOMAIN, "account_id": "999999999999"},
            [
                "domain.certificate_arn: must begin with arn:aws:acm:ap-northeast-1:999999999999:certificate/, "
                f"got '{DOMAIN['certificate_arn'][:59]}…'"
            ],
        ),
        (
            {"domain": DOMAIN | {"certificates": [f"{DOMAIN['certificate_arn']}2", DOMAIN["certificate_arn"]]}},
            ["domain.certificates[1]: is domain.certificate_arn already"],
        ),
        (
            {"domain": DOMAIN | {"certificates": ["arn:aws:acm:us-east-1:123456789012:certificate/2"]}},
            [
                "domain.certificates[0]: must begin with arn:aws:acm:ap-northeast-1:123456789012:certificate/, "
                "got 'arn:aws:acm:us-east-1:123456789012:certificate/2'"
            ],
        ),
        (
            {"domain": DOMAIN | {"zone": ZONE | {"name": "ample.com"}}},
            ["domain.zone.name: does not hold dev.example.com"],
        ),
        (
            {"domain": DOMAIN, "nlb": {"public": {"domain": {"name": "Dev.example.com", "zone": ZONE}}}},
            ["nlb.public.domain.name: is domain.name already"],
        ),
        (
            {"domain": DOMAIN | {"zone": ZONE}, "internal_domain": {"name": "dev.example.com", "zone": ZONE}},
            ["internal_domain.zone.id: is domain.zone.id already: one name would lead to both load balancers"],
        ),
        ({"waf": {"managed_groups": []}}, ["waf: asks for nothing"]),
        ({"waf": {"managed_groups": ["sql", "sql"]}}, ["waf.managed_groups[1]: is listed twice"]),
        ({"name": "local"}, ["account_id: must be \"000000000000\" in local, got '123456789012'"]),
        (
            {"network": {"existing": EXISTING | {"cidrs": ["10.0.0.1/8"]}}},
            ["network.existing.cidrs[0]: must be a network that begins at its first address, got '10.0.0.1/8'"],
        ),
        ({"region": "us-isob-east-1"}, ["region: must be no isolated region, got 'us-isob-east-1'"]),
        ({"name": "aws-dev"}, ["name: must not begin with aws or ssm"]),
        ({}, []),
        ({"domain": DOMAIN}, []),
        ({"domain": DOMAIN | {"zone": ZONE}}, []),
        (
            {
                "domain": DOMAIN | {"zone": ZONE},
                "internal_domain": {"name": "dev.example.com", "zone": ZONE | {"id": "Z1PRIVATE"}},
            },
            [],
        ),
        ({"network": {"existing": EXISTING}}, []),
        ({"network": {"cidr": "100.64.0.0/24", "zones": 4}}, []),
    ],
)
def test_fields_of_an_environment_that_contradict_each_other_are_told(changes, faults):
    assert said(environment_faults(an_environment(**changes))) == faults


LOCAL = {"name": "local", "account_id": "000000000000"}


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://ci.example.com/hooks/x?key=1", ""),
        ("http://ci.example.com/x", "must begin with https://: others would read along"),
        ("https://10.1.2.3/x", "is an address that AWS cannot reach: 10.1.2.3"),
        ("https://127.0.0.1:8443/x", "is an address that AWS cannot reach: 127.0.0.1"),
        ("https://169.254.169.254/latest", "is an address that AWS cannot reach: 169.254.169.254"),
        ("https://127.1/x", "is an address that AWS cannot reach: 127.1"),
        ("https://2130706433/x", "is an address that AWS cannot reach: 2130706433"),
        ("https://jenkins/x", "is an address that AWS cannot reach: jenkins"),
        ("https://ci.slipway.internal/x", "is an address that AWS cannot reach: ci.slipway.internal"),
    ],
)
def test_events_are_sent_where_aws_reaches_somebody_and_readably_to_nobody(address, told):
    faults = said(environment_faults(an_environment(events={"receivers": [address]})))
    assert faults == ([f"events.receivers[0]: {told}"] if told else [])


def test_events_of_the_local_cloud_may_stay_on_this_machine():
    here = {"receivers": ["http://127.0.0.1:9000/x", "http://localhost:9000/x"], "portal": "http://127.0.0.1:8080"}
    elsewhere = {"receivers": ["http://ci.example.com/x", "http://ci.example.com/x"], "portal": "http://ci.example.com"}
    assert said(environment_faults(an_environment(**LOCAL, events=here))) == []
    assert said(environment_faults(an_environment(**LOCAL, events=elsewhere))) == [
        "events.receivers[1]: is listed twice",
        "events.receivers[0]: must begin with https://: others would read along",
        "events.receivers[1]: must begin with https://: others would read along",
        "events.portal: must begin with https://: others would read along",
    ]
