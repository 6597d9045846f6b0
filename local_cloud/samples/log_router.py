"""What stands for Fluent Bit: takes a task's lines in and sends them on as its configuration says, to log groups,
buckets and streams.

Started as the ``init-`` image is: variables name the files of its configuration in S3. What it does not know in them it
refuses, and ends. Told to end, it first takes in what its task has left to say.
"""

import base64
import json
import os
import signal
import socketserver
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local_cloud.log_router import PORT, files
from local_cloud.log_router.configuration import NotKnown
from local_cloud.log_router.objects import Objects, Put
from local_cloud.log_router.pipeline import Pipeline, Routed, Target, ToBucket, ToLogGroup, ToStream
from local_cloud.samples.program import log

_EVENTS_AT_ONCE = 1000
_RECORDS_AT_ONCE = 500
_FOR_EVER = float("inf")


class Aws:
    """Speaks with the local cloud alone: the programs have the standard library, and no signature is looked at."""

    def __init__(self, task_arn: str):
        self._endpoint = os.environ["AWS_ENDPOINT_URL"]
        self._region, self._account = task_arn.split(":")[3:5]

    def read_object(self, bucket: str, key: str) -> bytes | None:
        try:
            return self._ask("s3", "GET", f"/{bucket}/{key}")
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def logs(self, operation: str, **arguments: object) -> None:
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"Logs_20140328.{operation}"}
        self._ask("logs", "POST", "/", json.dumps(arguments).encode(), headers)

    def put_object(self, put: Put) -> None:
        headers = {"Content-Encoding": "gzip", "Content-Type": "binary/octet-stream"}
        self._ask("s3", "PUT", f"/{put.bucket}/{put.key}", put.body, headers)

    def put_records(self, stream: str, lines: list[str]) -> int:
        """How many it did not take."""
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "Firehose_20150804.PutRecordBatch",
        }
        records = [{"Data": base64.b64encode(f"{line}\n".encode()).decode()} for line in lines]
        body = json.dumps({"DeliveryStreamName": stream, "Records": records}).encode()
        return int(json.loads(self._ask("firehose", "POST", "/", body, headers))["FailedPutCount"])

    def _ask(self, service: str, method: str, path: str, body: bytes | None = None, headers: Any = None) -> bytes:
        credential = f"AWS4-HMAC-SHA256 Credential={self._account}/20260101/{self._region}/{service}/aws4_request"
        headers = {"Authorization": credential, **(headers or {})}
        request = urllib.request.Request(self._endpoint + path, body, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return bytes(answer.read())


class Router:
    def __init__(self, pipeline: Pipeline, aws: Aws):
        self._pipeline, self._aws = pipeline, aws
        self._waiting: list[Routed] = []
        self._streams: set[ToLogGroup] = set()
        self._objects = Objects()
        self._lock = threading.Lock()

    def take(self, tag: str, moment: float, record: dict[str, Any]) -> None:
        with self._lock:
            self._waiting += self._pipeline.take(tag, record, moment, time.monotonic())

    def flush(self, now: float) -> None:
        with self._lock:
            self._waiting += self._pipeline.due(time.time(), now)
            waiting, self._waiting = self._waiting, []
        by_target: dict[Target, list[tuple[float, str]]] = defaultdict(list)
        for routed in waiting:
            # CloudWatch takes no empty line, and nobody misses it elsewhere.
            if text := routed.record.get(routed.target.key):
                by_target[routed.target].append((routed.moment, text))
        for target, lines in by_target.items():
            self._hand_on(target, lines, now)
        for put in self._objects.due(now):
            self._put(put)

    def _hand_on(self, target: Target, lines: list[tuple[float, str]], now: float) -> None:
        match target:
            case ToLogGroup():
                events = [{"timestamp": int(moment * 1000), "message": text} for moment, text in lines]
                self._send(target, sorted(events, key=lambda it: it["timestamp"]))
            case ToBucket():
                for moment, text in lines:
                    self._objects.add(target, text, moment, min(now, time.monotonic()))
            case ToStream():
                self._stream(target, [text for _, text in lines])

    def _stream(self, target: ToStream, lines: list[str]) -> None:
        try:
            batches = [lines[begin : begin + _RECORDS_AT_ONCE] for begin in range(0, len(lines), _RECORDS_AT_ONCE)]
            if lost := sum(self._aws.put_records(target.stream, batch) for batch in batches):
                log("error", f"{lost} lines are lost: the stream {target.stream} does not take them")
        except OSError as error:
            log("error", f"{len(lines)} lines are lost: {target.stream} does not take them", reason=_reason(error))

    def _put(self, put: Put) -> None:
        try:
            self._aws.put_object(put)
        except OSError as error:
            log("error", f"{put.count} lines are lost: {put.bucket} does not take them", reason=_reason(error))

    def _send(self, target: ToLogGroup, events: list[dict[str, Any]]) -> None:
        place = {"logGroupName": target.group, "logStreamName": target.stream}
        try:
            self._make_stream(target, place)
            for begin in range(0, len(events), _EVENTS_AT_ONCE):
                self._aws.logs("PutLogEvents", **place, logEvents=events[begin : begin + _EVENTS_AT_ONCE])
        except OSError as error:
            log("error", f"{len(events)} lines are lost: {target.group} does not take them", reason=_reason(error))

    def _make_stream(self, target: ToLogGroup, place: dict[str, str]) -> None:
        if target in self._streams:
            return
        try:
            self._aws.logs("CreateLogStream", **place)
        except urllib.error.HTTPError as error:
            if b"ResourceAlreadyExists" not in error.read():
                raise
        self._streams.add(target)


def _reason(error: OSError) -> str:
    return error.read().decode(errors="replace")[:300] if isinstance(error, urllib.error.HTTPError) else str(error)


class Lines(socketserver.StreamRequestHandler):
    """One of the task's containers: ``["<tag>", <time>, {"log": …}]`` a line."""

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, Intake)
        with server.open_connections:
            for line in self.rfile:
                server.router.take(*json.loads(line))


class Intake(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, host: str, router: Router):
        super().__init__((host, PORT), Lines)
        self.router = router
        self.open_connections = Count()


class Count:
    """How many are within."""

    def __init__(self) -> None:
        self._number, self._changed = 0, threading.Condition()

    def __enter__(self) -> None:
        self._add(1)

    def __exit__(self, *_: object) -> None:
        self._add(-1)

    def _add(self, more: int) -> None:
        with self._changed:
            self._number += more
            self._changed.notify_all()

    def await_none(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._number == 0, seconds)


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/api/v1/uptime" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nobody wants to read of health checks here."""


def _in_background(server: socketserver.BaseServer) -> None:
    threading.Thread(target=server.serve_forever, daemon=True).start()


def _task_arn() -> str:
    with urllib.request.urlopen(f"{os.environ['ECS_CONTAINER_METADATA_URI_V4']}/task", timeout=20) as answer:
        return str(json.load(answer)["TaskARN"])


def main() -> None:
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    task_arn = _task_arn()
    aws = Aws(task_arn)
    try:
        pipeline = Pipeline(files.of_router(os.environ, aws.read_object), {"ECS_TASK_ID": task_arn.rpartition("/")[2]})
    except NotKnown as error:
        log("error", f"the log router of the local cloud refuses {error}")
        sys.exit(1)
    service, host = pipeline.service, os.environ.get("HOST", "127.0.0.1")
    router = Router(pipeline, aws)
    intake = Intake(host, router)
    _in_background(intake)
    if service.health_port:
        _in_background(ThreadingHTTPServer((host, service.health_port), Health))
    log("info", "taking lines", task=task_arn.rpartition("/")[2])
    while not ending.wait(service.flush_seconds):
        router.flush(time.monotonic())
    intake.open_connections.await_none(service.grace_seconds)
    router.flush(_FOR_EVER)
    log("info", "stopping")
