from dataclasses import replace

from tests.infra import schema
from tests.infra.recorder import Made

LISTENER = Made(
    type="aws:lb/listener:Listener",
    name="http",
    inputs={"loadBalancerArn": "arn", "port": 80, "defaultActions": [{"type": "forward"}]},
    depends_on=(),
    ignore_changes=(),
    replace_on_changes=(),
    protect=False,
    provider="",
)


def problems(**changes: object) -> list[str]:
    return [
        problem.partition("http: ")[2]
        for problem in schema.problems(replace(LISTENER, inputs=LISTENER.inputs | changes))
    ]


def test_good_inputs_have_no_problems():
    assert problems() == []


def test_unknown_missing_and_mistyped_members_are_told_with_their_place():
    actions = [{"redirect": {"statuscode": "HTTP_301"}}]
    assert sorted(problems(defaultActions=actions, port="80")) == [
        "defaultActions[0].redirect.statusCode is missing",
        "defaultActions[0].redirect.statuscode is not known",
        "defaultActions[0].type is missing",
        "port is '80', no int",
    ]
