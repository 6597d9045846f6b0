import pytest

from runtime.aws.traffic_shifts import TrafficShift
from runtime.releases import stages
from runtime.releases.progress import Progress
from tests.record_builders import NOON

AT_NOON = stages.clock(NOON)


@pytest.mark.parametrize(
    ("shift", "sentence"),
    [
        (None, None),
        (TrafficShift("canary", "starting"), None),
        (TrafficShift("canary", "checking"), "canary: the tasks of release 7 are up, and no requests go to them yet"),
        (
            TrafficShift("canary", "shifting", 2.5, NOON),
            f"canary: 2.5 % of the requests go to release 7, until {AT_NOON}",
        ),
        (TrafficShift("linear", "shifting", 50), "linear: 50 % of the requests go to release 7"),
        (
            TrafficShift("blue-green", "baking", 100, NOON),
            f"blue-green: all requests go to release 7; the old tasks stay until {AT_NOON}",
        ),
        (
            TrafficShift("blue-green", "cleaning up", 100),
            "blue-green: all requests go to release 7; the old tasks stop",
        ),
    ],
)
def test_each_stage_says_who_gets_how_many_requests_and_until_when(shift, sentence):
    assert stages.in_words(7, Progress("starting", shift=shift)) == sentence
