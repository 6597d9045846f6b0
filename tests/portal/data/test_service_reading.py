"""A page reads several things side by side, and everything on it speaks of the same releases."""

from typing import Any

import pytest

from portal.data import service_reading
from portal.data.service_reading import with_newest
from runtime.gateways import Access, Gateways
from service_catalog import naming
from tests.fake_aws.environment import FakeEnvironment
from tests.record_builders import a_release, an_outcome

ROLLED_BACK = a_release(1, outcome=an_outcome("rolled-back"))
CLAIMED = a_release(2)
ENDED = a_release(2, outcome=an_outcome())


@pytest.mark.parametrize(
    ("records", "index", "seen"),
    [
        ([], None, []),
        ([], CLAIMED, [CLAIMED]),
        ([ROLLED_BACK], CLAIMED, [CLAIMED, ROLLED_BACK]),
        ([CLAIMED, ROLLED_BACK], ROLLED_BACK, [CLAIMED, ROLLED_BACK]),
        ([CLAIMED, ROLLED_BACK], ENDED, [ENDED, ROLLED_BACK]),
        ([ENDED, ROLLED_BACK], CLAIMED, [ENDED, ROLLED_BACK]),
    ],
)
def test_release_counts_as_soon_as_the_records_or_the_index_have_it(records, index, seen):
    assert with_newest(records, index) == seen


class ClaimsAfter:
    """S3, where somebody claims a release right after the ``nth`` time that releases were listed."""

    def __init__(self, local: FakeEnvironment, nth: int):
        self._local, self._left = local, nth

    def client(self, service: str) -> Any:
        return self if service == "s3" else self._local.aws.client(service)

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._local.aws.client("s3"), operation)

    def list_objects_v2(self, **said: Any) -> Any:
        answer = self._local.aws.client("s3").list_objects_v2(**said)
        if said["Prefix"] == naming.release_prefix("orders-api"):
            self._left -= 1
            if self._left == 0:
                self._local.begin("orders-api", "2.14.0")
        return answer


@pytest.mark.parametrize("nth", [1, 2])
def test_release_that_is_claimed_while_the_page_is_read_is_in_all_of_it_or_in_none(running, nth):
    running.release("orders-api", "2.14.0", ends="rolled-back")
    access = Access(client=ClaimsAfter(running, nth).client)

    found = service_reading.read(Gateways.connect(running.environment, access, running.aws.clock), "orders-api")

    assert found.index.last is not None
    in_progress = None if found.releases[0].outcome else found.releases[0].number
    assert (found.live.in_progress and found.live.in_progress.number) == in_progress
    assert (found.live.rolled_back is None) == (in_progress is not None)
    assert (found.index.last.number, found.index.last.outcome) == (found.releases[0].number, found.releases[0].outcome)
