"""From running tasks to CloudWatch, through a local cloud that measures twice a second."""

from tests.local_cloud.metrics.reading import statistic
from tests.local_cloud.waiting import eventually


def test_a_running_service_shows_the_cpu_and_memory_of_every_task(service):
    service.create(service.definition(), count=2)
    assert service.settled() == "SUCCESSFUL"

    def asked(metric, stat):
        where = {"ClusterName": "tests", "ServiceName": service.name}
        return statistic(service.aws, "AWS/ECS", metric, stat, **where)

    assert eventually(lambda: (asked("CPUUtilization", "SampleCount") or 0) >= 2)
    assert 0 < asked("MemoryUtilization", "Average") < 50
