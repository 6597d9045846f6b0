"""From running tasks to CloudWatch, through a local cloud that measures twice a second."""

from tests.local_cloud.metrics.reading import statistic
from tests.local_cloud.waiting import eventually


def test_a_running_service_shows_its_cpu_and_memory(service):
    service.create(service.definition(), count=2)
    assert service.settled() == "SUCCESSFUL"
    where = {"ClusterName": "tests", "ServiceName": service.name}
    memory = eventually(lambda: statistic(service.aws, "AWS/ECS", "MemoryUtilization", "Average", **where))
    assert 0 < memory < 50
    assert statistic(service.aws, "AWS/ECS", "CPUUtilization", "Average", **where) is not None
    assert statistic(service.aws, "AWS/ECS", "CPUUtilization", "SampleCount", **where) >= 2
