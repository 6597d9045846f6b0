"""What the demo leaves for somebody to find: a release that waits for approval, a job that ran."""

from cli.local_platform import seeds
from service_catalog import naming
from tests.e2e.platform import SAMPLES, Platform, empty_platform
from tests.local_cloud.waiting import eventually


def test_the_demo_leaves_a_release_that_waits_and_a_job_that_ran(tmp_path_factory):
    with empty_platform(tmp_path_factory.mktemp("work"), seeds.WAITING, seeds.RAN) as platform:
        as_in_the_demo(platform)
        platform.first_release(seeds.RAN)
        service = platform.catalog.service(seeds.WAITING, naming.LOCAL)
        releases = platform.gateways.releases
        first = seeds.first_release(platform.gateways, service)
        assert first
        releases.release(seeds.WAITING, first, who="slipway", why="")
        eventually(lambda: releases.waiting(seeds.WAITING))

        seeds.leave_work(platform.gateways, platform.catalog.services(naming.LOCAL))

        waiting = eventually(lambda: releases.waiting(seeds.WAITING))
        last = releases.last_success(seeds.WAITING)
        assert waiting
        assert last
        assert (waiting.number, waiting.who, waiting.contents.image.rpartition(":")[2]) == (2, "Ito Haruka", "1.1.0")
        assert last.number == 1
        assert [run.request and run.request.who for run in platform.gateways.runs.recent(seeds.RAN)] == ["Ito Haruka"]


def as_in_the_demo(platform: Platform) -> None:
    """Catalogs of the tests wait for nobody."""
    entry = f"services/{seeds.WAITING}.yaml"
    (platform.catalog.directory / entry).write_text((SAMPLES / entry).read_text())
    platform.catalog.update_lock()
    platform.up()
    platform.seed()
