"""The role by which the portal reaches an environment: taken on once for each who asks, in a session of their name."""

import threading
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from runtime.aws.assumed_role import OWN_SESSION, AssumedCredentials, Role, session_name
from runtime.aws.clients import Access, Clients
from runtime.aws.errors import Denied
from tests.provisioning import access

ROLE = "arn:aws:iam::123456789012:role/slipway-portal"
asking: ContextVar[str] = ContextVar("asking", default="")


class Aws(BaseHTTPRequestHandler):
    """STS, which names a key after its session, and an ECS that notes which key a call was signed with."""

    assumed: list[dict[str, list[str]]] = []
    signed: list[str] = []
    denies = False

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        key = self.headers["Authorization"].partition("Credential=")[2].partition("/")[0]
        if "AssumeRole" not in body:
            Aws.signed.append(key)
            return self.answer(200, "{}")
        said = parse_qs(body)
        Aws.assumed.append(said)
        if Aws.denies:
            return self.answer(403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>")
        expires = f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
        given = f"<AccessKeyId>KEY-{said['RoleSessionName'][0]}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
        given += f"<SessionToken>t</SessionToken><Expiration>{expires}</Expiration>"
        credentials = f"<AssumeRoleResult><Credentials>{given}</Credentials></AssumeRoleResult>"
        return self.answer(200, f"<AssumeRoleResponse>{credentials}</AssumeRoleResponse>")

    def answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_said: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def clients() -> Iterator[Clients]:
    Aws.assumed, Aws.signed, Aws.denies = [], [], False
    with ThreadingHTTPServer(("127.0.0.1", 0), Aws) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        role = Role(ROLE, "slipway", asking.get)
        at = f"http://127.0.0.1:{server.server_port}"
        yield Clients("eu-west-1", Access(at, {}, "OWN", "secret", role=role, gives_up=True))
        server.shutdown()
        thread.join()


def write(clients: Clients, person: str) -> None:
    token = asking.set(person)
    clients.call_once("ecs", "update_service", "writing", service="x")
    asking.reset(token)


def test_a_write_is_signed_in_the_session_of_who_asks_and_a_read_in_the_portals(clients):
    token = asking.set("sato-1")
    clients.call("ecs", "list_clusters", "reading")
    asking.reset(token)
    write(clients, "sato-1")

    assert Aws.signed == [f"KEY-{OWN_SESSION}", "KEY-slipway-sato-1"]
    assert {(it["RoleArn"][0], it["ExternalId"][0]) for it in Aws.assumed} == {(ROLE, "slipway")}


def test_the_role_is_taken_on_once_for_each_who_asks(clients):
    for person in ("sato-1", "ito-1", "sato-1"):
        write(clients, person)

    assert [it["RoleSessionName"][0] for it in Aws.assumed] == ["slipway-sato-1", "slipway-ito-1"]


def test_a_role_that_is_not_given_is_told_as_a_refusal(clients):
    Aws.denies = True

    with pytest.raises(Denied, match="AWS does not allow writing"):
        write(clients, "sato-1")


def test_it_is_taken_on_anew_before_it_expires():
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    assumed = []

    class Sts:
        def assume_role(self, **said: str) -> dict[str, dict[str, object]]:
            assumed.append(said)
            until = now[0] + timedelta(hours=1)
            return {
                "Credentials": {"AccessKeyId": "k", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": until}
            }

    credentials = AssumedCredentials(Role(ROLE), Sts, lambda: now[0])
    for minutes in (0, 54, 2):
        now[0] += timedelta(minutes=minutes)
        credentials.get_frozen_credentials()

    assert assumed == [{"RoleArn": ROLE, "RoleSessionName": OWN_SESSION}] * 2


def test_an_emulators_sts_gives_sessions_of_the_roles_own_account(cloud):
    """Whether AWS would trust the portal with it, no emulator says."""
    role = Role("arn:aws:iam::210987654321:role/slipway-portal", "slipway", person=lambda: "sato")
    clients = Clients("ap-northeast-1", replace(access(cloud), role=role))

    told = clients.call("sts", "get_caller_identity", "asking who it is")

    assert told["Arn"] == f"arn:aws:sts::210987654321:assumed-role/slipway-portal/{session_name('sato')}"


@pytest.mark.parametrize(
    ("person", "name"),
    [("", OWN_SESSION), ("sato@example.com", "slipway-sato@example.com"), ("佐藤|1", "slipway----1"), ("x" * 99, None)],
)
def test_a_session_has_a_name_as_sts_takes_it(person, name):
    found = session_name(person)

    assert len(found) <= 64
    assert name is None or found == name
