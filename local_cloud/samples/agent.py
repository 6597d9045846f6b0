"""Stands in for an agent beside a program: takes what is sent to its port and drops it, and logs that it is no agent.

Its log names the variables it was given, and no values.
"""

import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from local_cloud.samples.program import leave_a_file, log

_OURS = {"HOST", "HOSTNAME", "IMAGE_NAME", "IMAGE_TAG", "LANG", "MOUNTS", "PATH", "PORT"}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", "0"))
        self.rfile.read(size)
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
        log("info", "taken and dropped", path=self.path, bytes=size)

    do_GET = do_PUT = do_POST

    def log_message(self, format: str, *args: object) -> None:
        """What is taken is logged as JSON above."""


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    leave_a_file()
    settings = sorted(
        name for name in os.environ if name not in _OURS and not name.startswith(("AWS_", "ECS_C", "LC_"))
    )
    image = f"{os.environ.get('IMAGE_NAME')}:{os.environ.get('IMAGE_TAG')}"
    log("info", f"stands in for {image}: nothing is reported anywhere", settings=settings, arguments=sys.argv[1:])
    if not os.environ.get("PORT"):
        signal.pause()
    ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
