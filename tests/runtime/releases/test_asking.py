"""One asks for a release and another confirms it, on the local cloud, whose S3 lets one answer win."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from runtime.releases.request import ReleaseRequest
from runtime.second_person import AskedRefused, Who
from tests.runtime.watching import briefly

SATO, SUZUKI, MORI = Who("Sato Yui", "sato"), Who("Suzuki Ren", "suzuki"), Who("Mori Ken", "mori")


def test_a_confirmed_release_runs_and_holds_both_names(gateways, provisioned_service):
    asked = gateways.asking.ask(provisioned_service, ReleaseRequest(image="1.0.0"), who=SATO, why="a test")
    assert gateways.service_index.read(provisioned_service).waits_for_second == asked

    made = gateways.asking.confirm(provisioned_service, asked.number, who=SUZUKI)
    outcome = gateways.releases.watch(provisioned_service, made.number, sleep=briefly)

    release = gateways.releases.get(provisioned_service, made.number)
    assert release.confirmation
    assert (outcome.status, release.who, release.confirmation.who) == ("succeeded", "Sato Yui", "Suzuki Ren")
    assert gateways.service_index.read(provisioned_service).waits_for_second is None


def test_of_two_who_answer_at_once_one_is_told_that_the_other_was_first(gateways, provisioned_service):
    asked = gateways.asking.ask(provisioned_service, ReleaseRequest(image="1.0.0"), who=SATO, why="a test")

    def decline(who):
        try:
            return gateways.asking.decline(provisioned_service, asked.number, who=who).who
        except AskedRefused as refused:
            return str(refused)

    with ThreadPoolExecutor(2) as pool:
        said = set(pool.map(decline, (SUZUKI, MORI)))

    [first] = said & {SUZUKI.name, MORI.name}
    assert said == {first, f"request 1 was declined by {first}"}
    with pytest.raises(AskedRefused, match=f"declined by {first}"):
        gateways.asking.confirm(provisioned_service, asked.number, who=MORI)
    assert gateways.releases.history(provisioned_service).releases == []
