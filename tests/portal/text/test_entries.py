import pytest

from portal.text.entries import capacity_words, protocol_words, route_words
from service_catalog.model import Compute, Exposure, Route, Spot


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
    assert protocol_words(Exposure(protocol="grpc", target_protocol="https")) == "grpc, TLS to the container"


def test_capacity_says_what_of_it_is_spot():
    assert capacity_words(Compute(capacity="ec2")) == "ec2"
    assert capacity_words(Compute(spot=Spot(on_demand=2))) == "fargate, Spot beyond 2"
