"""A web service: shows what it runs as, counts requests, logs JSON lines.

Its settings, as the image table and a task definition give them: ``REQUIRED_ENV`` (names, by comma) must be set or it
ends with 1; beside / it serves ``PATHS`` (by comma) and what is below them, and answers 404 elsewhere;
``FAIL_HEALTH`` makes /healthz answer 503; with ``UDP`` it sends datagrams at its port back, in capitals; a tag ending
in ``-broken`` ends with 1 at start, one ending in ``-slow`` takes two seconds to answer. It leaves a file in each of
its volumes, and shows what is in them. It shows names of variables, the values of ``SHOWN`` alone, and what gateways
before it say in ``X-`` headers. Each service that a variable ``…_URL`` leads to is asked, and its answer shown. Asked
for ``bin/migrate``, it does that instead of serving, and ends.
"""

import html
import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local_cloud.samples import calls
from local_cloud.samples.program import (
    end_unless_it_can_start,
    end_with_the_command_that_is_asked_for,
    files_in_mounts,
    is_set,
    leave_a_file,
    log,
)

SHOWN = ("GREETING", "LOG_LEVEL", "COLOR")
OURS = {
    "PATH",
    "LANG",
    "HOSTNAME",
    "HOST",
    "PORT",
    "IMAGE_NAME",
    "IMAGE_TAG",
    "IMAGE_REQUIRES",
    "REQUIRED_ENV",
    "PATHS",
    "MOUNTS",
}
COLORS = {"green": "#1a7f37", "blue": "#0969da", "red": "#cf222e", "purple": "#8250df", "orange": "#bc4c00"}

requests = 0
started_at = time.time()
counting = threading.Lock()


def is_served(path: str) -> bool:
    path = path.partition("?")[0]
    served = [it for it in map(str.strip, os.environ.get("PATHS", "").split(",")) if it]
    return path == "/" or any(path == it or path.startswith(f"{it}/") for it in served)


def revision() -> str:
    """Which task definition this is, asked of ECS's metadata; empty outside of ECS."""
    address = os.environ.get("ECS_CONTAINER_METADATA_URI_V4")
    if not address:
        return ""
    try:
        with urllib.request.urlopen(f"{address}/task", timeout=2) as answer:
            task = json.load(answer)
    except (OSError, ValueError):
        return ""
    return f"{task.get('Family')}:{task.get('Revision')}"


def variable_names() -> list[str]:
    hidden = ("AWS_", "ECS_", "LC_")
    return sorted(name for name in os.environ if name not in OURS and not name.startswith(hidden))


def facts(asked_by: str) -> dict[str, object]:
    """``asked_by``: the service of this kind that asks. It gets no answer of a third, or two would ask in a circle."""
    name = os.environ.get("IMAGE_NAME", "web")
    called = {} if asked_by else calls.answers(name)
    return {
        "service": name,
        "image_tag": os.environ.get("IMAGE_TAG", ""),
        "revision": revision(),
        "task": os.environ.get("HOSTNAME", ""),
        "env": variable_names(),
        "settings": {name: os.environ[name] for name in SHOWN if name in os.environ},
        "requests": requests,
        "up_seconds": round(time.time() - started_at),
        **({"files": files} if (files := files_in_mounts()) else {}),
        **({"calls": called} if called else {}),
    }


def said_by_gateways(headers: Any) -> dict[str, str]:
    """By header, but for what load balancers say of the connection."""
    said = {name.lower(): value for name, value in headers.items()}
    ours = ("x-forwarded-", "x-amzn-")
    return {name: value for name, value in said.items() if name.startswith("x-") and not name.startswith(ours)}


def page(now: dict[str, object]) -> str:
    color = COLORS.get(os.environ.get("COLOR", ""), "#57606a")
    rows = "".join(
        f"<tr><th>{html.escape(str(key))}</th><td>{html.escape(value if isinstance(value, str) else json.dumps(value))}"
        "</td></tr>"
        for key, value in now.items()
        if key != "env"
    )
    names = "".join(f"<li><code>{html.escape(name)}</code></li>" for name in variable_names())
    greeting = html.escape(os.environ.get("GREETING", f"{now['service']} is running"))
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>{now["service"]}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root {{ color-scheme: light dark }} body {{ font: 16px system-ui, sans-serif; max-width: 44rem; margin: 2rem auto;
padding: 0 1rem }} h1 {{ border-left: .5rem solid {color}; padding-left: .75rem }} th {{ text-align: left;
padding-right: 1.5rem; font-weight: 500; vertical-align: top }} td {{ overflow-wrap: anywhere }}</style>
<h1>{greeting}</h1><table>{rows}</table><h2>Environment</h2><ul>{names}</ul></html>"""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/healthz":
            failing = is_set("FAIL_HEALTH")
            return self.answer(503 if failing else 200, "text/plain", "failing as told" if failing else "ok")
        began = time.time()
        count_request()
        if os.environ.get("IMAGE_TAG", "").endswith("-slow"):
            time.sleep(2)
        status = 200 if is_served(self.path) else 404
        self.answer(status, *(self.shown() if status == 200 else ("text/plain", "no such page")))
        return log("info", "request", path=self.path, status=status, ms=round((time.time() - began) * 1000, 1))

    def shown(self) -> tuple[str, str]:
        """Its kind and its text."""
        now = facts(self.headers.get(calls.ASKED_BY, "")) | {"headers": said_by_gateways(self.headers)}
        if "application/json" in self.headers.get("Accept", ""):
            return "application/json", json.dumps(now)
        return "text/html; charset=utf-8", page(now)

    def answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are logged as JSON above."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self) -> None:
        """Without the look-up of the host's name, which may take seconds."""
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = self.socket.getsockname()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked may hang up in the middle, as health checks do: that is no fault of the program."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def answer_datagrams(address: Any) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(address)
        while True:
            said, sender = listening.recvfrom(65_535)
            count_request()
            listening.sendto(said.upper(), sender)


def count_request() -> None:
    global requests
    with counting:
        requests += 1


def main() -> None:
    end_with_the_command_that_is_asked_for()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    end_unless_it_can_start("checkout: KeyError: 'currency'")
    leave_a_file()
    server = Server((os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8080"))), Handler)
    if is_set("UDP"):
        threading.Thread(target=answer_datagrams, args=[server.server_address], daemon=True).start()
    log("info", "listening", port=server.server_port, revision=revision(), env=len(variable_names()))
    try:
        server.serve_forever()
    finally:
        log("info", "stopping", requests=requests)
