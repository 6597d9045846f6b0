"""Sign-in by the load balancer: only what ours signed, for our client, and only until it expires."""

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from portal.auth import Person
from portal.auth.settings import AlbSignIn
from tests.portal.api_client import ApiClient, token
from tests.portal.conftest import NOW
from tests.portal.reading import plain

PAGE = "/local/services"
OURS = "arn:aws:elasticloadbalancing:ap-northeast-1:000000000000:loadbalancer/app/slipway/1234567890abcdef"
ISSUER = "https://login.example.com"
KEY_ID = "11111111-2222-3333-4444-555555555555"
KEY = ec.generate_private_key(ec.SECP256R1())
HEADER = {
    "alg": "ES256",
    "kid": KEY_ID,
    "signer": OURS,
    "iss": ISSUER,
    "client": "slipway",
    "exp": int((NOW + timedelta(minutes=2)).timestamp()),
}
CLAIMS = {"sub": "sato-1", "name": "Sato Yui", "groups": ["team-commerce"], "iss": ISSUER}


class Keys(BaseHTTPRequestHandler):
    """Where AWS keeps the public keys, and how often it was asked."""

    asked: list[str] = []

    def do_GET(self) -> None:
        Keys.asked.append(self.path)
        pem = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        self.send_response(200 if self.path == f"/{KEY_ID}" else 404)
        self.end_headers()
        self.wfile.write(pem)

    def log_message(self, *_said: object) -> None:
        """Tests print nothing."""


@pytest.fixture(scope="module")
def keys_url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Keys) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(settings, keys_url):
    return replace(settings, sign_in=AlbSignIn(OURS, ISSUER, "slipway", keys_url=keys_url))


def encoded(part):
    """With the padding, as load balancers write it."""
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode()


def signed(key=KEY, claims=CLAIMS, **header):
    text = f"{encoded({**HEADER, **header})}.{encoded(claims)}"
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{text}.{base64.urlsafe_b64encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big')).decode()}"


def status(client, token):
    return client.get(PAGE, headers={"x-amzn-oidc-data": token}).status_code


def test_who_our_load_balancer_signed_is_who_asks(client, running):
    page = client.get("/you", headers={"x-amzn-oidc-data": signed()})

    assert page.status_code == 200
    assert "Sato Yui Teams team-commerce Known as sato-1" in plain(page.text)


def test_a_key_is_fetched_once(client, running):
    Keys.asked.clear()
    token = signed()

    assert [status(client, token) for _time in range(3)] == [200, 200, 200]
    assert Keys.asked == [f"/{KEY_ID}"]


@pytest.mark.parametrize(
    "changed",
    [
        {"signer": OURS.replace("slipway", "evil")},
        {"iss": "https://evil.example"},
        {"client": "another"},
        {"exp": 1},
        {"exp": None},
        {"alg": "none"},
        {"alg": "HS256"},
        {"kid": "../../evil"},
        {"kid": "99999999-2222-3333-4444-555555555555"},
        {"kid": None},
    ],
    ids=str,
)
def test_what_is_signed_by_or_for_somebody_else_is_not_believed(client, running, changed):
    assert status(client, signed(**changed)) == 401


@pytest.mark.parametrize(
    "token",
    [
        signed(ec.generate_private_key(ec.SECP256R1())),
        f"{encoded(HEADER)}.{encoded(CLAIMS)}.",
        f"{encoded(HEADER)}.{encoded({**CLAIMS, 'groups': ['platform']})}.{signed().rpartition('.')[2]}",
        signed(claims={"name": "nobody"}),
        signed(claims={**CLAIMS, "iss": "https://evil.example"}),
        "",
        "a.b",
        "é.é.é",
        "a" * 20_000,
    ],
)
def test_what_nobody_signed_is_not_believed(client, running, token):
    assert status(client, token.encode("latin-1").decode("latin-1")) == 401


def test_the_other_headers_of_a_load_balancer_are_not_believed(client, running):
    said = {"x-amzn-oidc-identity": "sato-1", "x-amzn-oidc-accesstoken": "token"}

    assert client.get(PAGE, headers=said).status_code == 401


def test_sign_out_takes_the_load_balancer_s_session_away(client, running):
    mine = {"x-amzn-oidc-data": signed()}
    page = client.get("/you", headers=mine).text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]

    answer = client.post("/sign-out", data={"csrf_token": token}, headers=mine)

    gone = [it for it in answer.headers.getlist("Set-Cookie") if "Max-Age=0" in it]
    assert [it.partition("=")[0] for it in gone] == [f"AWSELBAuthSessionCookie-{number}" for number in range(4)]
    assert client.get(answer.location).status_code == 200


def test_a_header_of_other_teams_is_what_a_token_goes_by(client, app, running):
    api = ApiClient(app, token(app, Person("Sato Yui", "sato-1", frozenset({"team-commerce"}))))
    body = {"text": "A=1\n", "base": 1}

    status(client, signed(claims=CLAIMS | {"groups": ["team-search"]}))
    left = api.post("/orders-api/env/app", body).status_code
    status(client, signed())

    assert (left, api.post("/orders-api/env/app", body).status_code) == (403, 201)
