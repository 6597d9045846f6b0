"""Blue/green, canary and linear deployments on the running cloud: real requests at a real load balancer's rule."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.cloud import LocalCloud
from tests.local_cloud.services import BREAKER, PORT, SampleService
from tests.local_cloud.tasks.shims.test_service_connect import Network, endpoint
from tests.local_cloud.test_load_balancers import Balancer, get
from tests.local_cloud.waiting import eventually

LONG = 1440
"""Minutes that no test waits for"""


@pytest.fixture(scope="module")
def balancer(prepared: Callable[[str], Any]) -> Balancer:
    return Balancer(prepared, "tests-shifts")


class Shifting:
    """A service behind one rule of its own, and requests to it."""

    def __init__(self, cloud: LocalCloud, balancer: Balancer, service: SampleService):
        self._cloud, self._balancer = cloud, balancer
        self.service, self.path = service, f"/{service.name}"
        self.blue, self.green = (balancer.target_group(f"{service.name}-{color}") for color in ("blue", "green"))
        self.rule = self._rule(int(service.name.removeprefix("t")), 100, 0)

    def _rule(self, number: int, *weights: int) -> str:
        groups = zip((self.blue, self.green), weights, strict=True)
        weighted = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in groups]
        made = self._balancer.elb.create_rule(
            ListenerArn=self._balancer.listener,
            Priority=1000 + number,
            Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": [self.path]}}],
            Actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": weighted}}],
        )
        return str(made["Rules"][0]["RuleArn"])

    def running(
        self, configuration: dict[str, Any], count: int = 1, named: list[dict[str, Any]] | None = None, **more: Any
    ) -> "Shifting":
        """1.0.0 takes all requests. ``named``: port mappings, where others find it by them."""
        ports = {"portMappings": named, "port": None} if named else {}
        behind = {
            "targetGroupArn": self.blue,
            "containerName": "app",
            "containerPort": PORT,
            "advancedConfiguration": {
                "alternateTargetGroupArn": self.green,
                "productionListenerRule": self.rule,
                "roleArn": "arn:aws:iam::000000000000:role/tests",
            },
        }
        self.service.create(
            self.definition("1.0.0", **ports),
            count,
            loadBalancers=[behind],
            deploymentConfiguration=BREAKER | {"bakeTimeInMinutes": 0} | configuration,
            **more,
        )
        assert self.service.settled() == "SUCCESSFUL"
        return self

    def definition(self, tag: str, **more: Any) -> str:
        return self.service.definition(f"hello:{tag}", environment=[{"name": "PATHS", "value": self.path}], **more)

    def release(self, tag: str, **more: Any) -> None:
        self.service.update(taskDefinition=self.definition(tag, **more))

    def deployment(self) -> dict[str, Any]:
        return self.service.newest()

    def stands_at(self, stage: str, percent: float) -> bool:
        found = self.deployment()
        share = found["targetServiceRevision"].get("requestedProductionTrafficWeight")
        return (found.get("lifecycleStage"), share) == (stage, percent)

    def awaits_action(self) -> bool:
        return [it["status"] for it in self.deployment().get("lifecycleHookDetails", [])] == ["AWAITING_ACTION"]

    def go_on(self, action: str = "CONTINUE") -> None:
        found = self.deployment()
        self.service.ecs.continue_service_deployment(
            serviceDeploymentArn=found["serviceDeploymentArn"],
            hookId=found["lifecycleHookDetails"][0]["hookId"],
            action=action,
        )

    def answers(self, requests: int = 40) -> Counter[str]:
        """How many requests each version answered."""
        found: Counter[str] = Counter()
        for _ in range(requests):
            status, body = get(self._cloud.url(self._balancer.dns_name, self.path))
            found[json.loads(body)["image_tag"] if status == 200 else str(status)] += 1
        return found

    def weights(self) -> list[tuple[str, int]]:
        [rule] = self._balancer.elb.describe_rules(RuleArns=[self.rule])["Rules"]
        groups = rule["Actions"][0]["ForwardConfig"]["TargetGroups"]
        return [(self._color(it["TargetGroupArn"]), it["Weight"]) for it in groups if it["Weight"]]

    def _color(self, group: str) -> str:
        return "blue" if group == self.blue else "green"


@pytest.fixture
def shifting(cloud: LocalCloud, balancer: Balancer, service: SampleService) -> Iterator[Shifting]:
    made = Shifting(cloud, balancer, service)
    yield made
    with suppress(service.ecs.exceptions.ServiceNotFoundException):
        service.ecs.delete_service(cluster="tests", service=service.name, force=True)


def canary(percent: float, minutes: int = LONG) -> dict[str, Any]:
    return {
        "strategy": "CANARY",
        "canaryConfiguration": {"canaryPercent": percent, "canaryBakeTimeInMinutes": minutes},
    }


def test_a_canary_takes_its_share_of_the_requests_until_it_has_baked(shifting):
    shifting.running(canary(20.0), count=2)
    assert shifting.answers(10) == {"1.0.0": 10}

    shifting.release("1.1.0")

    assert eventually(lambda: shifting.stands_at("PRODUCTION_TRAFFIC_SHIFT", 20))
    assert sorted(shifting.weights()) == [("blue", 80), ("green", 20)]
    answers = shifting.answers(60)
    assert set(answers) == {"1.0.0", "1.1.0"}
    assert answers["1.1.0"] < answers["1.0.0"]
    assert len(shifting.service.running()) == 4


def test_who_stops_a_canary_gets_the_old_version_back_at_once(shifting):
    shifting.running(canary(50.0))
    shifting.release("1.1.0")
    assert eventually(lambda: shifting.stands_at("PRODUCTION_TRAFFIC_SHIFT", 50))
    arn = shifting.deployment()["serviceDeploymentArn"]

    shifting.service.ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")

    assert shifting.service.settled() == "ROLLBACK_SUCCESSFUL"
    assert shifting.weights() == [("blue", 100)]
    assert shifting.answers(20) == {"1.0.0": 20}
    assert shifting.deployment()["deploymentCircuitBreaker"]["status"] == "MONITORING_COMPLETE"


def test_blue_and_green_take_turns(shifting):
    shifting.running({"strategy": "BLUE_GREEN"})

    for tag, color in (("1.1.0", "green"), ("1.2.0", "blue")):
        shifting.release(tag)
        assert shifting.service.settled() == "SUCCESSFUL"
        assert shifting.weights() == [(color, 100)]
        assert shifting.answers(10) == {tag: 10}
        revision = shifting.service.revision(shifting.deployment()["targetServiceRevision"]["arn"])
        live = revision["resolvedConfiguration"]["loadBalancers"][0]["targetGroupArn"]
        assert live == getattr(shifting, color)
    assert len(shifting.service.running()) == 1


def test_what_shifts_is_found_by_its_name_in_either_target_group(shifting, prepared):
    network = Network(prepared, shifting.service.name)
    registry = network.registry(shifting.service.name, "A")
    shifting.running({"strategy": "BLUE_GREEN"}, serviceRegistries=[{"registryArn": registry}])

    def moved(before):
        return len(now := network.listed(registry)) == 1 and now != before

    for tag in ("1.1.0", "1.2.0"):
        before = eventually(lambda: network.listed(registry))
        shifting.release(tag)
        assert shifting.service.settled() == "SUCCESSFUL"
        assert eventually(partial(moved, before))


def test_service_connect_asks_the_new_tasks_once_requests_are_shifted_to_them(shifting, prepared):
    network = Network(prepared, shifting.service.name)
    hook = {"targetType": "PAUSE", "lifecycleStages": ["POST_SCALE_UP"]}
    found = network.connect(endpoint("shop"))
    main = [{"containerPort": PORT, "name": "main", "appProtocol": "http"}]
    shifting.running({"strategy": "BLUE_GREEN", "lifecycleHooks": [hook]}, named=main, **found)
    [old] = eventually(lambda: network.listed("shop_connect"))

    shifting.release("1.1.0", portMappings=main, port=None)
    assert eventually(shifting.awaits_action)
    assert len(shifting.service.running()) == 2
    assert network.listed("shop_connect") == [old]

    shifting.go_on()
    assert shifting.service.settled() == "SUCCESSFUL"
    assert eventually(lambda: len(now := network.listed("shop_connect")) == 1 and now != [old])


def test_linear_goes_to_all_in_steps(shifting):
    shifting.running({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 50.0, "stepBakeTimeInMinutes": 0}})
    shifting.release("1.1.0")
    assert shifting.service.settled() == "SUCCESSFUL"
    assert shifting.answers(10) == {"1.1.0": 10}


def test_a_pause_holds_the_old_version_until_somebody_continues(shifting):
    hook = {"targetType": "PAUSE", "lifecycleStages": ["POST_SCALE_UP"]}
    shifting.running({"strategy": "BLUE_GREEN", "lifecycleHooks": [hook]})
    shifting.release("1.1.0")
    assert eventually(shifting.awaits_action)
    assert shifting.answers(10) == {"1.0.0": 10}

    shifting.go_on()

    assert shifting.service.settled() == "SUCCESSFUL"
    assert shifting.answers(10) == {"1.1.0": 10}
    with pytest.raises(ClientError, match="does not await an action"):
        shifting.service.ecs.continue_service_deployment(
            serviceDeploymentArn=shifting.deployment()["serviceDeploymentArn"], hookId="ecs-pause-1"
        )


def test_a_pause_that_is_denied_takes_all_requests_back(shifting):
    hook = {"targetType": "PAUSE", "lifecycleStages": ["POST_PRODUCTION_TRAFFIC_SHIFT"]}
    shifting.running({"strategy": "BLUE_GREEN", "lifecycleHooks": [hook]})
    shifting.release("1.1.0")
    assert eventually(shifting.awaits_action)
    assert shifting.answers(10) == {"1.1.0": 10}

    shifting.go_on("ROLLBACK")

    assert shifting.service.settled() == "ROLLBACK_SUCCESSFUL"
    assert shifting.answers(10) == {"1.0.0": 10}


def put_alarm(cloudwatch: Any, name: str) -> None:
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="Tests",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="ignore",
    )


def test_an_alarm_that_begins_to_ring_takes_all_requests_back(shifting, aws, fresh_name):
    cloudwatch = aws("cloudwatch")
    put_alarm(cloudwatch, fresh_name)
    shifting.running(canary(50.0) | {"alarms": {"alarmNames": [fresh_name], "enable": True, "rollback": True}})
    shifting.release("1.1.0")
    assert eventually(lambda: shifting.stands_at("PRODUCTION_TRAFFIC_SHIFT", 50))

    cloudwatch.set_alarm_state(AlarmName=fresh_name, StateValue="ALARM", StateReason="a test says so")

    assert shifting.service.settled() == "ROLLBACK_SUCCESSFUL"
    assert shifting.answers(10) == {"1.0.0": 10}
    told = shifting.deployment()
    assert (told["alarms"]["status"], told["alarms"]["triggeredAlarmNames"]) == ("TRIGGERED", [fresh_name])
    assert fresh_name in told["statusReason"]


def test_a_rolling_deployment_lasts_until_its_alarms_would_have_rung(service, aws, fresh_name):
    cloudwatch = aws("cloudwatch")
    put_alarm(cloudwatch, fresh_name)
    heeding = {"alarms": {"alarmNames": [fresh_name], "enable": True, "rollback": True}}
    service.create(service.definition("hello:1.0.0"), deploymentConfiguration=BREAKER | heeding)
    assert service.settled() == "SUCCESSFUL"
    service.update(taskDefinition=service.definition("hello:1.1.0"))

    def has_long_been_up() -> bool:
        """Ten times what it takes a deployment without alarms."""
        started = [it["startedAt"] for it in service.running()]
        return len(started) == 2 and datetime.now(UTC) - max(started) > timedelta(seconds=2)

    assert eventually(has_long_been_up)

    cloudwatch.set_alarm_state(AlarmName=fresh_name, StateValue="ALARM", StateReason="a test says so")

    assert service.settled() == "ROLLBACK_SUCCESSFUL"
    assert service.newest()["alarms"]["triggeredAlarmNames"] == [fresh_name]
    [task] = service.running()
    assert ":1" in task["taskDefinitionArn"]


def test_a_version_that_does_not_start_never_gets_a_request(shifting):
    shifting.running(canary(50.0))
    shifting.release("2.0.0-broken")
    assert shifting.service.settled() == "ROLLBACK_SUCCESSFUL"
    assert shifting.deployment()["deploymentCircuitBreaker"]["status"] == "TRIGGERED"
    assert shifting.answers(10) == {"1.0.0": 10}


def test_old_tasks_that_die_meanwhile_are_started_again(shifting):
    shifting.running(canary(50.0))
    [old] = shifting.service.running()
    shifting.release("1.1.0")
    assert eventually(lambda: shifting.stands_at("PRODUCTION_TRAFFIC_SHIFT", 50))

    shifting.service.ecs.stop_task(cluster="tests", task=old["taskArn"])

    def versions() -> set[str]:
        others = [task for task in shifting.service.running() if task["taskArn"] != old["taskArn"]]
        return {task["taskDefinitionArn"] for task in others}

    assert eventually(lambda: len(versions()) == 2)


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        ({"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 0.0}}, "canaryPercent must be between"),
        ({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 2.0}}, "stepPercent must be between"),
        ({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1441}, "bakeTimeInMinutes must be between"),
        (
            {"lifecycleHooks": [{"targetType": "PAUSE", "lifecycleStages": ["PRODUCTION_TRAFFIC_SHIFT"]}]},
            "PAUSE hooks cannot be configured at the PRODUCTION_TRAFFIC_SHIFT",
        ),
        ({"strategy": "LINEAR"}, "advancedConfiguration field is required for all loadBalancers"),
    ],
)
def test_what_ecs_refuses_is_refused(service, balancer, configuration, said):
    group = balancer.target_group(f"{service.name}-only")
    behind = [{"targetGroupArn": group, "containerName": "app", "containerPort": PORT}]
    with pytest.raises(ClientError, match=said):
        service.create(service.definition(), loadBalancers=behind, deploymentConfiguration=BREAKER | configuration)
