import subprocess
import sys

import psutil
import pytest

from local_cloud.metrics.usage import RunningTask, Usage

WEB = {"ClusterName": "shop", "ServiceName": "web"}


@pytest.fixture
def process():
    """Holds 64 MiB, and burns CPU for a moment."""
    program = "held = b'x' * 2**26; sum(range(3_000_000)); print('ready', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout
        assert started.stdout.readline() == "ready\n"
        yield started
        started.kill()


def task(*pids, arn="task/1", cpu_units=256, memory_mib=512):
    return RunningTask(arn, "shop", "web", cpu_units, memory_mib, pids)


def by_metric(data):
    return {datum.metric: datum for datum in data}


def test_cpu_is_a_share_of_what_the_definition_reserves(process):
    used = sum(psutil.Process(process.pid).cpu_times()[:2])
    seconds_later = psutil.Process(process.pid).create_time() + 100
    data = by_metric(Usage(lambda: [task(process.pid)], now=lambda: seconds_later).data())
    [percent] = data["CPUUtilization"].values
    assert percent == pytest.approx(used / 100 / 0.25 * 100, abs=0.02)
    assert data["CPUUtilization"].dimensions == WEB


def test_cpu_counts_since_the_look_before(process):
    now = [psutil.Process(process.pid).create_time() + 1]
    usage = Usage(lambda: [task(process.pid)], now=lambda: now[0])
    usage.data()
    now[0] += 60
    assert list(by_metric(usage.data())["CPUUtilization"].values) == [0.0]


def test_no_task_uses_more_than_it_reserves(process):
    moment = psutil.Process(process.pid).create_time() + 0.001
    data = Usage(lambda: [task(process.pid)], now=lambda: moment).data()
    assert list(by_metric(data)["CPUUtilization"].values) == [100.0]


def test_memory_is_a_share_of_what_the_definition_reserves(process):
    data = Usage(lambda: [task(process.pid, memory_mib=128)]).data()
    [percent] = by_metric(data)["MemoryUtilization"].values
    assert percent == pytest.approx(psutil.Process(process.pid).memory_info().rss / 2**27 * 100, rel=0.1)
    assert percent > 50


def test_every_task_of_a_service_is_a_value_of_its_metric(process):
    data = Usage(lambda: [task(process.pid), task(process.pid, arn="task/2", memory_mib=1024)]).data()
    assert sum(by_metric(data)["MemoryUtilization"].values.values()) == 2


def test_a_task_is_a_value_once_a_minute(process):
    """So the number of samples of a minute is the number of tasks that ran in it."""
    now = [psutil.Process(process.pid).create_time() // 60 * 60 + 120]
    tasks = [task(process.pid)]
    usage = Usage(lambda: tasks, now=lambda: now[0])
    assert [len(usage.data()), len(usage.data())] == [2, 0]
    tasks.append(task(process.pid, arn="task/2"))
    now[0] += 20
    assert sum(by_metric(usage.data())["MemoryUtilization"].values.values()) == 1
    now[0] += 40
    assert sum(by_metric(usage.data())["MemoryUtilization"].values.values()) == 2


def test_a_process_that_has_ended_uses_nothing(process):
    process.kill()
    process.wait()
    data = by_metric(Usage(lambda: [task(process.pid)]).data())
    assert list(data["CPUUtilization"].values) == [0.0]


def test_a_service_without_tasks_measures_nothing():
    assert Usage(list).data() == []
