import pytest

ELSEWHERE = "arn:aws:elasticloadbalancing:ap-northeast-1:000000000000:targetgroup/tests/1"


def led_to(port, container="app"):
    return [{"targetGroupArn": ELSEWHERE, "containerName": container, "containerPort": port}]


def refused(service, call, text):
    with pytest.raises(service.ecs.exceptions.InvalidParameterException, match=text):
        call()


def test_a_service_is_not_led_to_a_port_that_its_revision_lacks(service):
    definition = service.definition(port=8080)
    said = "The container app did not have a container port 7171 defined."
    refused(service, lambda: service.create(definition, loadBalancers=led_to(7171)), said)
    service.create(definition, count=0)
    refused(service, lambda: service.update(loadBalancers=led_to(7171)), said)
    assert not service.describe().get("loadBalancers")


def test_a_revision_that_lacks_the_port_of_the_load_balancer_is_refused_at_once(service):
    service.create(service.definition(port=8080), count=0, loadBalancers=led_to(8080))
    other = service.definition(port=9090)
    refused(
        service,
        lambda: service.update(taskDefinition=other),
        "The container app did not have a container port 8080 defined.",
    )
    assert service.describe()["taskDefinition"] != other
    service.update(taskDefinition=other, loadBalancers=led_to(9090))
    assert (service.describe()["taskDefinition"], service.describe()["loadBalancers"]) == (other, led_to(9090))


def test_a_container_that_the_revision_lacks_is_named(service):
    definition = service.definition(port=8080)
    said = "The container web does not exist in the task definition."
    refused(service, lambda: service.create(definition, loadBalancers=led_to(8080, container="web")), said)
    assert service.ecs.describe_services(cluster="tests", services=[service.name])["services"] == []


def test_a_service_may_be_made_again_with_another_port(service):
    service.create(service.definition(port=8080), count=0, loadBalancers=led_to(8080))
    service.ecs.delete_service(cluster="tests", service=service.name, force=True)
    again = service.definition(port=9090)
    service.create(again, count=0, loadBalancers=led_to(9090))
    assert (service.describe()["status"], service.describe()["taskDefinition"]) == ("ACTIVE", again)
