"""An emulator that does what it is asked, and whose answer does not arrive."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from local_cloud.aws import AwsProvider
from local_cloud.engine.provider import PartlyMade, ProviderError
from tests.local_cloud.aws.lives.documents import trust
from tests.local_cloud.aws.world import SETTINGS

ROLE = "aws:iam/role:Role"


@dataclass
class Lossy:
    """Stands before an emulator and swallows the answers to requests that hold ``losing``; the request itself, too,
    when ``deaf``."""

    endpoint: str
    losing: bytes = b"nothing"
    deaf: bool = False

    @contextmanager
    def serving(self) -> Iterator[str]:
        lossy, behind = self, urlsplit(self.endpoint).netloc

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                lost = lossy.losing in body
                if not (lost and lossy.deaf):
                    with closing(http.client.HTTPConnection(behind)) as connection:
                        connection.request("POST", self.path, body, dict(self.headers))
                        answer = connection.getresponse()
                        content = answer.read()
                if lost:
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()


@pytest.fixture
def lossy(ministack: AwsProvider) -> Lossy:
    assert ministack._access.endpoint_url
    return Lossy(ministack._access.endpoint_url)


@pytest.fixture
def provider(ministack: AwsProvider, lossy: Lossy) -> Iterator[AwsProvider]:
    with lossy.serving() as endpoint:
        yield AwsProvider(replace(ministack._access, endpoint_url=endpoint), sleep=lambda seconds: None)


def a_role(name: str, **more: object) -> dict[str, object]:
    return {"name": name, "assumeRolePolicy": trust("ecs-tasks.amazonaws.com"), "description": "of a test", **more}


def test_what_was_made_without_an_answer_is_taken_up_by_its_name(provider, lossy, ministack):
    lossy.losing = b"Action=CreateRole&"
    made = provider.create(ROLE, a_role("unanswered", tags={"of": "test"}), SETTINGS)
    assert made.outputs["arn"].endswith(":role/unanswered")
    ministack.delete(ROLE, made.id, a_role("unanswered"), made.outputs, SETTINGS)


def test_what_may_yet_be_made_is_no_certain_failure(provider, lossy):
    lossy.losing, lossy.deaf = b"Action=CreateRole&", True
    with pytest.raises(ProviderError, match="the next run looks for it") as failure:
        provider.create(ROLE, a_role("unheard"), SETTINGS)
    assert failure.value.in_doubt


def test_a_name_that_somebody_else_has_is_not_taken_over(provider, ministack):
    theirs = ministack.create(ROLE, a_role("theirs"), SETTINGS)
    with pytest.raises(ProviderError, match="EntityAlreadyExists") as failure:
        provider.create(ROLE, a_role("theirs"), SETTINGS)
    assert not failure.value.in_doubt
    ministack.delete(ROLE, theirs.id, a_role("theirs"), theirs.outputs, SETTINGS)


def test_an_update_whose_answers_are_lost_is_in_doubt(provider, lossy, ministack):
    made = ministack.create(ROLE, a_role("changing"), SETTINGS)
    lossy.losing = b"Action=UpdateRole&"
    with pytest.raises(PartlyMade) as failure:
        provider.update(
            ROLE, made.id, a_role("changing"), made.outputs, a_role("changing", description="new"), SETTINGS
        )
    assert failure.value.in_doubt
    assert failure.value.inputs["description"] == "of a test"
    ministack.delete(ROLE, made.id, a_role("changing"), made.outputs, SETTINGS)
