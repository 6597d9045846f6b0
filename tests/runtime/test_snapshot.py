from runtime.aws.clock import Clock
from runtime.gateways import Gateways
from runtime.releases.request import ReleaseRequest
from runtime.service_state import status
from service_catalog import naming
from tests.local_cloud.waiting import eventually
from tests.provisioning import ENVIRONMENT, access
from tests.record_builders import NOON
from tests.runtime.watching import release


def test_snapshot_shows_services_as_they_run(cloud, gateways, provisioner, aws):
    when = NOON
    seen = Gateways.connect(ENVIRONMENT, access(cloud), Clock(now=lambda: when))
    fresh, running = provisioner.make_service("snap-a"), provisioner.make_service("snap-b")
    gateways.env_files.save(running, "app", "A=1\n", base=0, author="sato", message="")
    done = release(gateways, running, ReleaseRequest(image="1.0.0"))
    gateways.env_files.save(running, "app", "A=2\n", base=1, author="sato", message="")
    ring(aws, f"local_{running}_cpu")
    aws("logs").delete_log_group(logGroupName=naming.log_group("local", fresh))

    taken = seen.snapshots.take()

    assert taken.taken_at == when
    blank, row = taken.row(fresh), taken.row(running)
    assert blank
    assert (status("readable", blank), blank.last) == ("not released", None)
    assert row
    assert (status("readable", row), row.running, row.desired, row.image) == ("alarm", 1, 1, done.contents.image)
    assert (row.env_applied, row.env_staged, row.definition_staged) == ({"app": 1}, {"app": 2}, False)
    assert (row.last, row.live, row.tasks_by_revision) == (done, done, {done.revision: 1})
    assert [(alarm.service, alarm.measure) for alarm in row.alarms] == [(running, "cpu")]
    assert (blank.lacks_log_group, row.lacks_log_group) == (True, False)
    assert running not in taken.unsettled


def test_release_in_progress_is_unsettled_until_somebody_looks(gateways, provisioned_service):
    gateways.releases.release(provisioned_service, ReleaseRequest(image="1.0.0"), who="sato", why="")
    assert provisioned_service in gateways.snapshots.take().unsettled

    assert eventually(lambda: gateways.releases.settle(provisioned_service) is not None)

    assert provisioned_service not in gateways.snapshots.take().unsettled


def ring(aws, name):
    aws("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/ECS",
        MetricName="CPUUtilization",
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=80,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="ignore",  # it rings until somebody stops it
    )
    aws("cloudwatch").set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
