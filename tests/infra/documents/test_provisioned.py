import pytest

from infra.documents import provisioned
from tests.builders import CERTIFICATE, a_service, an_environment

DOMAIN = {"name": "dev.example.com", "certificate_arn": "arn:aws:acm:ap-northeast-1:123456789012:certificate/1"}
BALANCER = "alb.example.com"


def test_a_release_finds_all_it_starts_from():
    service = a_service(image={"repository": "orders-api", "tag": "v7"})

    document = provisioned.of_service(
        service,
        an_environment(),
        definition="arn:definition",
        execution_role="arn:execution",
        task_role="arn:task",
        fingerprint="f00",
        features=[
            {"reach": {"url": "http://here/", "dimensions": {}}},
            {"further": "member"},
        ],
    )

    assert document == {
        "service": "orders-api",
        "kind": "web",
        "entry": {
            "name": "orders-api",
            "owner": "team-commerce",
            "image": {"repository": "orders-api", "tag": "v7"},
            "port": 8080,
            "health": {"path": "/healthz"},
            "tasks": {"max": 4},
            "exposure": {"audience": "public", "paths": ["/orders", "/orders/*"]},
            "env_files": ["app"],
        },
        "definition": "arn:definition",
        "execution_role": "arn:execution",
        "task_role": "arn:task",
        "tasks": {"min": 1, "max": 4},
        "image": {
            "repository": "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/orders-api",
            "tag": "v7",
            "digest": None,
        },
        "env_files": ["app"],
        "reach": {"url": "http://here/", "dimensions": {}},
        "fingerprint": "f00",
        "further": "member",
    }


def test_a_job_has_no_limits():
    job = a_service(kind="job", port=None, exposure=None, schedule={"rate": "1 hour"})
    document = provisioned.of_service(
        job, an_environment(), definition="", execution_role="", task_role="", fingerprint=""
    )
    assert (document["kind"], document["tasks"]) == ("job", None)


def test_without_a_maximum_nothing_scales():
    document = provisioned.of_service(
        a_service(tasks={"min": 3}),
        an_environment(),
        definition="",
        execution_role="",
        task_role="",
        fingerprint="",
    )
    assert document["tasks"] == {"min": 3, "max": 3}


@pytest.mark.parametrize(
    ("exposure", "domain", "url"),
    [
        ({"audience": "public", "paths": ["/orders/*", "/orders"]}, None, f"http://{BALANCER}/orders"),
        ({"audience": "public", "paths": ["/orders/*"]}, DOMAIN, "https://dev.example.com/orders/"),
        ({"audience": "internal", "paths": ["/v?/x"]}, DOMAIN, f"http://{BALANCER}/v"),
        ({"audience": "public", "host": "shop.example.com"}, DOMAIN, "https://shop.example.com/"),
        ({"audience": "public", "host": "*.example.com"}, DOMAIN, "https://dev.example.com/"),
        ({"audience": "public", "host": "*.shop.example.com"}, DOMAIN, "https://*.shop.example.com/"),
        ({"audience": "internal", "host": "shop?.example.com"}, None, "http://shop*.example.com/"),
    ],
)
def test_the_url_leads_to_something_the_rule_takes(exposure, domain, url):
    asked = a_service(exposure=exposure).exposure
    assert asked
    assert provisioned.url(asked, an_environment(domain=domain), BALANCER) == url


@pytest.mark.parametrize(
    ("domain", "url"),
    [
        ({"name": "dev.example.internal"}, "http://dev.example.internal/orders"),
        ({"name": "dev.example.internal", "certificate_arn": CERTIFICATE}, "https://dev.example.internal/orders"),
    ],
)
def test_an_internal_name_is_said_as_it_is_spoken_to(domain, url):
    asked = a_service(exposure={"audience": "internal", "paths": ["/orders"]}).exposure
    assert asked
    assert provisioned.url(asked, an_environment(internal_domain=domain), BALANCER) == url
