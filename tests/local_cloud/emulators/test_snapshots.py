import pytest

from local_cloud.emulators.snapshots import LONGEST_SECONDS, QUIET_SECONDS, Snapshots, is_object_write, is_write

WRITE = ("POST", {"x-amz-target": "AmazonEC2ContainerServiceV20141113.UpdateService"}, "/")
OBJECT = ("PUT", {"authorization": "AWS4-HMAC-SHA256 Credential=0/20260101/r/s3/aws4_request, …"}, "/bucket/key")


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def saved():
    return []


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def snapshots(saved, clock):
    return Snapshots(lambda: saved.append(clock.now), clock)


def test_nothing_is_saved_before_something_changed(snapshots, clock, saved):
    clock.now += 1000
    assert not snapshots.look()
    assert saved == []


def test_a_change_is_saved_once_when_it_is_quiet(snapshots, clock, saved):
    snapshots.note(*WRITE)
    snapshots.look()
    clock.now += QUIET_SECONDS
    snapshots.look()
    clock.now += QUIET_SECONDS
    snapshots.look()
    assert saved == [100 + QUIET_SECONDS]


def test_writes_without_a_pause_are_saved_all_the_same(snapshots, clock, saved):
    for _ in range(int(LONGEST_SECONDS) + 1):
        snapshots.note(*WRITE)
        snapshots.look()
        clock.now += 1
    assert saved == [100 + LONGEST_SECONDS]


@pytest.mark.parametrize(
    "trouble", [OSError("no space left on device"), RuntimeError("dictionary changed size during iteration")]
)
def test_what_could_not_be_saved_is_tried_again(clock, trouble):
    troubles = [trouble]

    def save():
        if troubles:
            raise troubles.pop()

    snapshots = Snapshots(save, clock)
    snapshots.note(*WRITE)
    clock.now += QUIET_SECONDS
    assert not snapshots.look()
    assert snapshots.look()


def test_what_an_object_may_speak_of_is_saved_before_it_is_written(snapshots, clock, saved):
    snapshots.note(*WRITE)
    snapshots.settle()
    snapshots.settle()
    assert saved == [clock.now]


def test_a_rollout_that_ended_is_saved_before_an_object_tells_of_it(snapshots, clock, saved):
    snapshots.note_change()
    snapshots.settle()
    assert saved == [clock.now]


def test_objects_alone_wait_for_no_save(snapshots, clock, saved):
    snapshots.note(*OBJECT)
    snapshots.settle()
    assert saved == []
    clock.now += QUIET_SECONDS
    assert snapshots.look()


def test_what_could_not_be_saved_keeps_objects_waiting(snapshots, clock, saved):
    def full():
        raise OSError("no space left on device")

    stuck = Snapshots(full, clock)
    stuck.note(*WRITE)
    for _ in range(2):
        with pytest.raises(OSError, match="no space"):
            stuck.settle()


@pytest.mark.parametrize(
    ("method", "headers", "path", "expected"),
    [
        (*OBJECT, True),
        ("PUT", OBJECT[1], "/bucket", False),
        ("GET", OBJECT[1], "/bucket/key", False),
        ("POST", {"authorization": "… Credential=0/20260101/r/apigateway/aws4_request"}, "/v2/apis", False),
        (*WRITE, False),
    ],
)
def test_objects_are_told_from_other_writes(method, headers, path, expected):
    assert is_object_write(method, headers, path) is expected


@pytest.mark.parametrize(
    ("method", "headers", "path", "expected"),
    [
        ("POST", {"x-amz-target": "Logs_20140328.FilterLogEvents"}, "/", False),
        ("POST", {"x-amz-target": "AmazonSSM.PutParameter"}, "/", True),
        ("POST", {}, "/service/GraniteServiceVersion20100801/operation/DescribeAlarms", False),
        ("POST", {}, "/service/GraniteServiceVersion20100801/operation/PutMetricData", True),
        ("GET", {}, "/bucket/key", False),
        ("PUT", {}, "/bucket/key", True),
        ("GET", {}, "/_ministack/health", False),
        ("POST", {}, "/v2/apis/1a2b3c4d/routes", True),
        ("POST", {}, "/v2/hello/blobs/uploads/", False),
    ],
)
def test_reads_are_told_from_writes(method, headers, path, expected):
    assert is_write(method, headers, path) is expected
