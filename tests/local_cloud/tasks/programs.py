"""Small programs that stand for images in tests, each one argument of ``python -c``."""

import sys
from typing import Any

from local_cloud.tasks.container import Wanted
from local_cloud.tasks.images import Found, Image

WAITS = "import time; print('up', flush=True); time.sleep(600)"
IGNORES_SIGTERM = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
HAS_CHILD = "import subprocess, time; print(subprocess.Popen(['sleep', '600']).pid, flush=True); time.sleep(600)"
PRINTS_ENVIRONMENT = "import json, os; print(json.dumps(dict(os.environ)))"
SERVES = """
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(os.environ.get('ANSWER', '200')))
        self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer((os.environ['HOST'], int(os.environ['PORT'])), Handler).serve_forever()
"""


def exits(code: int) -> str:
    return f"print('ending'); raise SystemExit({code})"


def wanted(program: str, **more: object) -> Wanted:
    """What a definition wants of a container whose image is ``program``."""
    image = Image("sample", (sys.executable, "-I", "-S", "-c", program), ("1",))
    facts: dict[str, Any] = {
        "name": "app",
        "task": "task/1",
        "revision": "sample:1",
        "image": Found(image, "sample", "1"),
    }
    return Wanted(**facts | more)
