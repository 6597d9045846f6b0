import asyncio
from typing import Any

from local_cloud.emulators import weighted_forwards
from local_cloud.emulators.weighted_forwards import forward


class Alb:
    """What MiniStack's load balancers look like from here."""

    def __init__(self) -> None:
        self.executed: list[Any] = []
        self._tgs: dict[str, Any] = {"blue": {}, "green": {}}
        self._ACTION_MAP = {
            name: lambda params: "done" for name in ("CreateListener", "ModifyListener", "CreateRule", "ModifyRule")
        }

    def _p(self, params: dict[str, str], key: str, default: str = "") -> str:
        return params.get(key, default)

    def _parse_actions(self, params: dict[str, str], prefix: str) -> list[dict[str, Any]]:
        return [{"Type": "forward", "Order": 1}]

    def _action_xml(self, action: dict[str, Any]) -> str:
        return "<member><Type>forward</Type></member>"

    def _error(self, code: str, message: str) -> tuple[str, str]:
        return code, message

    async def _execute_actions(self, actions: list[dict[str, Any]], *request: Any) -> None:
        self.executed += actions


def asked(**weights: int) -> dict[str, str]:
    where = "Actions.member.1.ForwardConfig.TargetGroups.member"
    groups = enumerate(weights.items(), 1)
    return {
        f"{where}.{number}.{name}": str(value)
        for number, (group, weight) in groups
        for name, value in (("TargetGroupArn", group), ("Weight", weight))
    }


def test_the_weights_decide_where_a_request_goes():
    alb = Alb()
    seen = []

    def choose(groups, weights):
        seen.append(weights)
        return [groups[1]]

    weighted_forwards.install(alb, choose)
    asyncio.run(alb._execute_actions([forward({"blue": 90, "green": 10})]))

    assert seen == [[90, 10]]
    assert [action["TargetGroupArn"] for action in alb.executed] == ["green"]


def test_without_any_weight_nobody_answers():
    alb = Alb()
    weighted_forwards.install(alb)
    asyncio.run(alb._execute_actions([forward({"blue": 0, "green": 0})]))
    assert alb.executed[0]["FixedResponseConfig"] == {"StatusCode": "503"}


def test_what_aws_refuses_of_weights_is_refused():
    alb = Alb()
    weighted_forwards.install(alb)
    create = alb._ACTION_MAP["CreateRule"]
    assert create(asked(blue=1, green=999)) == "done"
    assert create(asked(blue=1000))[0] == "ValidationError"
    assert create(asked(nobody=1))[0] == "TargetGroupNotFound"
    assert create(asked(blue=1) | {"Actions.member.1.ForwardConfig.TargetGroupStickinessConfig.Enabled": "true"})[0]
