"""Behind load balancers: whom and what the portal believes, and that probes are answered by whatever name."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask, Response, request

from portal import Settings
from portal.settings import BadSettings

OUTSIDE, BALANCER, INNER = "203.0.113.7", "10.20.0.5", "10.20.0.6"


@pytest.fixture
def proxies() -> int:
    return 1


@pytest.fixture
def settings(settings: Settings, proxies: int) -> Settings:
    return replace(settings, proxies=proxies)


@pytest.fixture
def seen(app: Flask) -> Callable[..., tuple[str | None, str]]:
    """What the portal takes for the asker's address and for its own URL."""
    found: list[tuple[str | None, str]] = []

    @app.after_request
    def look(response: Response) -> Response:
        found.append((request.remote_addr, request.host_url))
        return response

    def ask(forwarded: str, proto: str = "https") -> tuple[str | None, str]:
        headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": proto, "X-Forwarded-Host": "evil.example"}
        app.test_client().get("/healthz", headers=headers, environ_base={"REMOTE_ADDR": BALANCER})
        return found.pop()

    return ask


def test_address_and_https_come_from_the_proxy(seen):
    assert seen(OUTSIDE) == (OUTSIDE, "https://127.0.0.1/")


def test_what_the_client_claimed_of_itself_is_not_believed(seen):
    assert seen(f"127.0.0.1, {OUTSIDE}", proto="https, http") == (OUTSIDE, "http://127.0.0.1/")


@pytest.mark.parametrize("proxies", [2])
def test_as_many_are_believed_as_there_are(seen):
    assert seen(f"127.0.0.1, {OUTSIDE}, {INNER}", proto="http, https, http") == (OUTSIDE, "https://127.0.0.1/")


@pytest.mark.parametrize("proxies", [0])
def test_where_there_is_none_nothing_is_believed(seen):
    assert seen(OUTSIDE) == (BALANCER, "http://127.0.0.1/")


def test_a_write_behind_https_comes_from_our_own_pages_without_a_referer(client, running, post):
    told = {"X-Forwarded-For": OUTSIDE, "X-Forwarded-Proto": "https"}
    address = "/local/services/orders-api/env/app"
    fields = {"csrf_token": post.token(address), "text": "A=1\n", "base": "1", "do": "save"}

    own = client.post(address, data=fields, headers={**told, "Origin": "https://localhost"})
    plain = client.post(address, data=fields, headers={**told, "Origin": "http://localhost"})

    assert (own.status_code, plain.status_code) == (303, 403)


def test_the_audit_trail_names_the_address_of_who_asked(client, running, post):
    post.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"127.0.0.1, {OUTSIDE}"
    page = "/local/services/orders-api/env/app"
    post(page, page, text="A=1\n", base="1", do="save")

    [act] = running.gateways.audit.newest("orders-api", 1)

    assert act.entry.origin.address == OUTSIDE


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["10.20.30.40:8080", "ip-10-20-30-40.internal"])
def test_probes_are_answered_by_any_name_and_pages_are_not(client, address, host):
    assert client.get(address, headers={"Host": host}).status_code == 200
    assert client.get("/local/services", headers={"Host": host}).status_code == 400


def test_a_load_balancer_that_signs_people_in_is_a_proxy(tmp_path):
    from portal.auth.settings import AlbSignIn

    signed = AlbSignIn("arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/x/1", "https://login.example", "c")
    url = "https://slipway.example.com"

    with pytest.raises(BadSettings, match="proxies: must be 1 or more"):
        Settings(tmp_path, host="0.0.0.0", sign_in=signed, public_url=url, session_key="k" * 64)
