import pytest

from portal.text.entries import capacity_words, deployment_words, health_words, protocol_words, route_words
from service_catalog.model import Approval, Compute, Deployment, Exposure, Health, Linear, Route, Spot


@pytest.mark.parametrize(
    ("exposure", "words"),
    [
        (None, "none"),
        (Exposure(host="a.example.com", paths=("/x", "/y")), "a.example.com/x, /y, our network only"),
        (
            Exposure(paths=("/x",), rules=(Route(host="b.example.com"),)),
            "/x; b.example.com/*, our network only",
        ),
        (
            Exposure(audience="public", source_ips=("10.0.0.0/8",), headers={"X-A": ("1", "2")}),
            "/*, from 10.0.0.0/8, with X-A: 1, 2, public",
        ),
    ],
)
def test_routes_are_told_with_all_that_they_ask_for(exposure, words):
    assert route_words(exposure) == words


def test_a_protocol_is_told_where_it_is_not_what_all_speak():
    assert protocol_words(Exposure()) == ""
    assert protocol_words(Exposure(via="nlb", protocol="tcp")) == ""
    assert protocol_words(Exposure(protocol="grpc", target_protocol="https")) == "grpc, TLS to the container"


def test_capacity_says_what_of_it_is_spot():
    assert capacity_words(Compute(capacity="ec2")) == "ec2"
    assert capacity_words(Compute(spot=Spot(on_demand=2))) == "fargate, Spot beyond 2"


def test_a_deployment_is_told_where_it_is_not_by_and_by():
    assert deployment_words(Deployment()) == ""
    assert deployment_words(Deployment(alarms=("all",))) == "rolling; alarms roll it back: all"
    assert deployment_words(Deployment(strategy="recreate")) == "recreate"
    approved = Deployment(strategy="blue-green", approval=Approval())
    assert deployment_words(approved) == "blue-green; waits for approval"
    assert deployment_words(Deployment(strategy="canary")) == "canary, 5 % first"
    assert deployment_words(Deployment(strategy="linear", linear=Linear(step_percent=12.5))) == "linear, by 12.5 %"


def test_a_health_check_is_told_as_the_load_balancer_asks():
    assert health_words(Health(), Exposure()) == "/"
    assert health_words(Health(), Exposure(via="nlb", protocol="tcp")) == "a connection to the port"
    assert health_words(Health(path="/up"), Exposure(via="nlb", protocol="tcp")) == "/up"
    straight = Exposure(via="api-gateway", integration="cloud-map")
    assert health_words(Health(), straight) == "none: a task that runs gets requests"
    assert health_words(Health(command=("CMD", "bin/up")), straight) == "the container’s own"
    assert route_words(straight) == "/*, our network only, through API Gateway, straight to the tasks"
    assert health_words(Health(), Exposure(protocol="grpc")) == "any answer of gRPC"
