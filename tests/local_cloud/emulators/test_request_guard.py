import pytest

from local_cloud.emulators.request_guard import api_guard, page_guard


@pytest.mark.parametrize("host", ["127.0.0.1:4566", "localhost", "x.localhost:80", "lb-1.eu-west-1.elb.amazonaws.com"])
def test_programs_of_this_machine_may_call_aws(host):
    assert api_guard("POST", {"host": host}) == ""


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:80", "localhost.evil.example", "", "192.168.0.7"]
)
def test_a_name_that_merely_resolves_to_this_machine_is_refused(host):
    assert api_guard("GET", {"host": host}) == "the Host header is no name of this machine"
    assert page_guard("GET", {"host": host}) == "the Host header is no name of this machine"


@pytest.mark.parametrize(
    "header", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_a_web_page_may_not_call_aws(header):
    refused = api_guard("POST", {"host": "127.0.0.1:4566"} | header)
    assert refused == "AWS calls from a web page are refused; call from a program"


def test_a_link_from_anywhere_opens_the_page_behind_a_load_balancer():
    followed = {"host": "127.0.0.1:8000", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert page_guard("GET", followed) == ""


def test_a_page_may_post_to_its_own_address_only():
    assert page_guard("POST", {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000"}) == ""
    foreign = {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:9"}
    assert page_guard("POST", foreign) == "the request comes from another site"


def test_a_foreign_script_may_not_read_through_a_load_balancer():
    script = {"host": "127.0.0.1:8000", "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert page_guard("GET", script) == "the request comes from another site"
