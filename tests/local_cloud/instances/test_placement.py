import pytest

from local_cloud.instances import sizes
from local_cloud.instances.placement import Needs, NoRoom, Room, UnknownExpression, choose, matches, next_provider

Strategy = dict[str, int | str]
SMALL = Needs(cpu=256, memory_mib=512)
ZONE = {"type": "spread", "field": "attribute:ecs.availability-zone"}
INSTANCE = {"type": "spread", "field": "instanceId"}
MEMORY = {"type": "binpack", "field": "memory"}


def room(name: str, zone: str = "a", memory_mib: int = 4096, **more) -> Room:
    return Room(name, zone, 2048, memory_mib, attributes={"ecs.availability-zone": zone}, **more)


@pytest.mark.parametrize(
    ("strategies", "chosen"),
    [
        ([ZONE, INSTANCE], "idle-c"),
        ([ZONE, MEMORY], "full-c"),
        ([INSTANCE], "idle-a"),
        ([MEMORY], "full-a"),
        ([], "busy-a"),
    ],
)
def test_strategies_choose_in_their_order(strategies, chosen):
    rooms = [
        room("busy-a", groups=("service:web",)),
        room("idle-a"),
        room("full-a", memory_mib=600, groups=("service:web",)),
        room("idle-c", "c"),
        room("full-c", "c", memory_mib=700, groups=("service:mail", "service:web")),
    ]
    assert choose(rooms, SMALL, "service:web", strategies, []).instance == chosen


@pytest.mark.parametrize(
    ("needs", "lacking"),
    [
        (Needs(4096, 512), "RESOURCE:CPU"),
        (Needs(256, 8192), "RESOURCE:MEMORY"),
        (Needs(256, 512, gpus=1), "RESOURCE:GPU"),
        (Needs(256, 512, interfaces=1), "RESOURCE:ENI"),
        (Needs(256, 512, host_ports=(80,)), "RESOURCE:PORTS"),
    ],
)
def test_a_task_without_room_says_what_lacks(needs, lacking):
    with pytest.raises(NoRoom, match=lacking):
        choose([room("one", host_ports=frozenset({80}))], needs, "", [], [])


def test_two_of_a_service_are_kept_apart_where_it_wants_that():
    distinct = {"type": "distinctInstance"}
    rooms = [room("one", groups=("service:web",)), room("other", groups=("service:mail",))]
    assert choose(rooms, SMALL, "service:web", [], [distinct]).instance == "other"
    with pytest.raises(NoRoom, match="constraint"):
        choose(rooms[:1], SMALL, "service:web", [], [distinct])


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("attribute:ecs.instance-type == g5.xlarge", True),
        ("attribute:ecs.instance-type != g5.xlarge", False),
        ("attribute:ecs.instance-type =~ g5.*", True),
        ("attribute:ecs.instance-type =~ g5.* and attribute:ecs.availability-zone in [a, b]", False),
        ("attribute:ecs.availability-zone !in [a, b]", True),
        ("attribute:stack exists", False),
        ("attribute:stack !exists", True),
        ("attribute:stack == blue", False),
    ],
)
def test_expressions_ask_for_attributes_of_instances(expression, holds):
    assert matches(expression, {"ecs.instance-type": "g5.xlarge", "ecs.availability-zone": "c"}) == holds


def test_an_expression_that_is_not_known_is_refused():
    with pytest.raises(UnknownExpression, match="task:group"):
        matches("task:group == service:web", {})


def test_a_strategy_fills_its_base_and_shares_out_the_rest_by_weight():
    strategy: list[Strategy] = [
        {"capacityProvider": "FARGATE", "base": 2, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 3},
    ]
    placed: dict[str, int] = {}
    for _ in range(10):
        name = next_provider(strategy, placed)
        placed[name] = placed.get(name, 0) + 1
    assert placed == {"FARGATE": 4, "FARGATE_SPOT": 6}


def test_what_has_a_base_and_no_weight_runs_no_more_than_that():
    strategy: list[Strategy] = [
        {"capacityProvider": "FARGATE", "base": 1, "weight": 0},
        {"capacityProvider": "FARGATE_SPOT", "weight": 1},
    ]
    assert next_provider(strategy, {}) == "FARGATE"
    assert next_provider(strategy, {"FARGATE": 1, "FARGATE_SPOT": 9}) == "FARGATE_SPOT"


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        ("m7g.large", sizes.Size(2048, 8192 - 256, 0, 2, "arm64")),
        ("t3.medium", sizes.Size(2048, 4096 - 256, 0, 1, "x86_64")),
        ("c7i.2xlarge", sizes.Size(8192, 16384 - 256, 0, 3, "x86_64")),
        ("g5.12xlarge", sizes.Size(49152, 196608 - 256, 4, 7, "x86_64")),
    ],
)
def test_a_type_says_what_its_instances_have(kind, size):
    assert sizes.of(kind) == size
