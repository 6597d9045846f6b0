import base64
import io
import json

import pytest

from local_cloud.emulators.journal import TARGET, Journal

ME = {"ServiceNamespace": "ecs", "ResourceId": "service/local/web", "ScalableDimension": "ecs:service:DesiredCount"}


class Told:
    """Stands where moto stands: accepts what it is told, unless it is broken."""

    def __init__(self, status="200 OK"):
        self.status = status
        self.calls = []

    def __call__(self, environ, start_response):
        body = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        self.calls.append((environ["HTTP_X_AMZ_TARGET"].removeprefix(TARGET), body))
        start_response(self.status, [])
        return [b"{}"]


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "journal.jsonl", "000000000000", "ap-northeast-1")


def write(journal, action, app=None, **fields):
    body = json.dumps(ME | fields).encode()
    environ = {"HTTP_X_AMZ_TARGET": TARGET + action, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    list(journal.keeping(app or Told())(environ, lambda *_: None))


def told_again(journal):
    app = Told()
    journal.tell(app)
    return [(action, body.get("MinCapacity", body.get("PolicyName"))) for action, body in app.calls]


def test_what_was_written_is_told_again(journal):
    write(journal, "RegisterScalableTarget", MinCapacity=1)
    write(journal, "PutScalingPolicy", PolicyName="cpu")
    assert told_again(journal) == [("RegisterScalableTarget", 1), ("PutScalingPolicy", "cpu")]


def test_only_the_last_word_is_told(journal):
    write(journal, "RegisterScalableTarget", MinCapacity=1)
    write(journal, "RegisterScalableTarget", MinCapacity=2)
    assert told_again(journal) == [("RegisterScalableTarget", 2)]


def test_new_bounds_keep_what_the_old_registration_said_besides(journal):
    write(journal, "RegisterScalableTarget", MinCapacity=0, MaxCapacity=0, Tags={"a": "b"})
    write(journal, "RegisterScalableTarget", MinCapacity=2)
    app = Told()
    journal.tell(app)
    assert app.calls == [("RegisterScalableTarget", ME | {"MinCapacity": 2, "MaxCapacity": 0, "Tags": {"a": "b"}})]


def test_what_was_taken_away_is_not_told(journal):
    write(journal, "RegisterScalableTarget", MinCapacity=1)
    write(journal, "PutScalingPolicy", PolicyName="cpu")
    write(journal, "PutScalingPolicy", PolicyName="memory")
    write(journal, "DeleteScalingPolicy", PolicyName="cpu")
    assert told_again(journal) == [("RegisterScalableTarget", 1), ("PutScalingPolicy", "memory")]
    write(journal, "DeregisterScalableTarget")
    assert told_again(journal) == []


def test_what_was_refused_is_not_told(journal):
    write(journal, "RegisterScalableTarget", Told("400 Bad Request"), MinCapacity=1)
    assert told_again(journal) == []


def test_reads_are_not_kept(journal):
    write(journal, "DescribeScalableTargets")
    assert told_again(journal) == []


def test_a_line_that_was_cut_by_a_kill_is_skipped(journal, tmp_path):
    write(journal, "RegisterScalableTarget", MinCapacity=1)
    with (tmp_path / "journal.jsonl").open("a") as lines:
        lines.write('{"target": "AnySc')
    assert told_again(journal) == [("RegisterScalableTarget", 1)]


def test_bodies_are_kept_as_they_came(journal, tmp_path):
    write(journal, "PutScalingPolicy", PolicyName="é")
    [line] = (tmp_path / "journal.jsonl").read_text().splitlines()
    assert json.loads(base64.b64decode(json.loads(line)["body"]))["PolicyName"] == "é"
