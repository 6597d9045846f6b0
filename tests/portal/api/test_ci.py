"""A CI without secrets: its provider's token for one job, for some minutes of the API."""

import base64
import json
import threading
from dataclasses import asdict, replace

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from portal.auth import ci_file
from portal.auth.settings import CiTrust
from tests.portal.api_client import ApiClient

AUDIENCE = "https://slipway.example.com"
KEY = RSAKey.generate_key(2048, {"kid": "1"})


class Provider:
    """Of a CI: hands out its keys, and signs tokens for jobs."""

    def __init__(self):
        self.asked = 0
        self.keys = KeySet([KEY])
        self.keys_at = ""
        self.server = make_server("127.0.0.1", 0, self.answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def answer(self, environ, start):
        self.asked += 1
        if environ["PATH_INFO"] == "/keys":
            said = dict(self.keys.as_dict(private=False))
        else:
            said = {"jwks_uri": self.keys_at or f"{self.url}/keys"}
        return Response(json.dumps(said), mimetype="application/json")(environ, start)

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture(scope="module")
def provider():
    found = Provider()
    yield found
    found.close()


@pytest.fixture
def settings(settings, provider):
    trust = CiTrust(
        issuer=provider.url,
        audience=AUDIENCE,
        claims={"repository": "acme/orders", "ref": "refs/heads/main"},
        team="team-commerce",
        actions=("release",),
        services=("orders-api",),
        environments=("local",),
    )
    other = replace(trust, audience=f"{AUDIENCE}/search", claims={"repository": "acme/search"}, team="team-search")
    return replace(settings, ci=(trust, other))


@pytest.fixture
def job(provider, settings):
    """The token of a job, which its provider signed for us."""

    def signed(key=KEY, algorithm="RS256", **claims):
        now = int(settings.now().timestamp())
        usual = {"iss": provider.url, "aud": AUDIENCE, "sub": "repo:acme/orders", "exp": now + 300}
        said = {**usual, "repository": "acme/orders", "ref": "refs/heads/main", **claims}
        return jwt.encode({"alg": algorithm, "kid": "1"}, said, key)

    return signed


def exchange(client, token):
    return client.post("/api/v1/token-exchange", json={"id_token": token})


def test_a_job_of_the_repository_and_branch_may_what_the_settings_say_and_no_more(app, client, running, job):
    granted = exchange(client, job()).json
    api = ApiClient(app, granted["access_token"])
    made = api.post("/orders-api/releases", {"image": "2.14.0"})

    assert (made.status_code, made.get_json()["who"]) == (201, "CI: acme/orders refs/heads/main")
    assert api.post("/orders-api/env/app", {"text": "A=1\n", "base": 1}).get_json()["code"] == "not-allowed"
    assert api.get("/orders-api/env/app").get_json()["code"] == "not-allowed"
    assert api.get("/api/v1/environments/dev/services").get_json()["code"] == "not-allowed"


def test_what_it_was_given_ends(app, client, running, local, job):
    granted = exchange(client, job()).json
    local.aws.passes(minutes=61)

    assert ApiClient(app, granted["access_token"]).get("/orders-api").get_json()["code"] == "bad-token"


@pytest.mark.parametrize(
    "claims",
    [
        {"repository": "mallory/orders"},
        {"ref": "refs/heads/feature"},
        {"aud": "https://another.example.com"},
        {"aud": f"{AUDIENCE}/search"},
        {"aud": [{}]},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"nbf": 2**40},
        {"iss": "https://mallory.example.com"},
        {"ref": ["refs/heads/main"]},
    ],
    ids=str,
)
def test_another_job_gets_nothing(client, running, job, claims):
    told = exchange(client, job(**claims))

    assert (told.status_code, told.get_json()["code"]) == (401, "bad-token")


def test_a_signature_of_somebody_else_is_worth_nothing(client, running, job):
    forged = job(RSAKey.generate_key(2048, {"kid": "1"}))
    head, body, _signature = job().split(".")

    assert exchange(client, forged).status_code == 401
    assert exchange(client, f"{head}.{body}.").status_code == 401
    assert exchange(client, "nothing").status_code == 401
    assert exchange(client, f"{head}.{base64.urlsafe_b64encode(b'[' * 40_000).decode()}.").status_code == 401


def test_the_providers_own_token_is_no_token_of_the_api(app, running, job):
    assert ApiClient(app, job()).get("/orders-api").status_code == 401


def test_keys_on_another_host_are_not_fetched(client, running, job, provider):
    provider.keys_at = "http://169.254.169.254/keys"
    try:
        told = exchange(client, job())
    finally:
        provider.keys_at = ""

    assert (told.status_code, told.get_json()["code"]) == (503, "ci-away")


def test_keys_are_kept_and_read_anew_when_the_provider_signs_with_another(app, client, running, local, job, provider):
    exchange(client, job())
    asked = provider.asked
    exchange(client, job())
    assert provider.asked == asked
    other = RSAKey.generate_key(2048, {"kid": "1"})
    provider.keys = KeySet([other])
    local.aws.passes(seconds=31)
    try:
        assert exchange(client, job(other)).status_code == 200
    finally:
        provider.keys = KeySet([KEY])


def test_a_file_that_lets_anybody_in_is_refused(tmp_path):
    said = {"issuer": "http://ci.example.com", "audience": AUDIENCE, "claims": {"ref": "refs/heads/main"}}
    said |= {"team": "team-commerce", "actions": ["deploy"], "services": ["orders-api"], "environments": ["prod"]}
    path = tmp_path / "ci.json"
    path.write_text(json.dumps([said]))

    with pytest.raises(ci_file.BadTrust) as refused:
        ci_file.read(path)

    assert [line.split(": ")[1] for line in str(refused.value).splitlines()] == ["0.issuer", "0.claims", "0.actions"]


def test_the_file_says_which_jobs_may_what(tmp_path, settings):
    path = tmp_path / "ci.json"
    path.write_text(json.dumps([*map(asdict, settings.ci)]))

    assert ci_file.read(path) == settings.ci
