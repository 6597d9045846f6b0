"""The emulators that the adapters are tried against, as plain child processes that never outlive the tests."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local_cloud.aws import Access

ENDS_WITH_ITS_PARENT = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
"""
MINISTACK = ENDS_WITH_ITS_PARENT + "import ministack.app; ministack.app.main()"
MOTO = (
    ENDS_WITH_ITS_PARENT + "import moto.server; moto.server.main(['-H', '127.0.0.1', '-p', os.environ['GATEWAY_PORT']])"
)


@contextmanager
def running(program: str, ready: str, directory: Path) -> Iterator[str]:
    """The address of an emulator that answers."""
    port = _free_port()
    environment = {
        **os.environ,
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    }
    with (directory / "emulator.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=directory,
            env=environment,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}{ready}", process, directory / "emulator.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


def access(endpoint: str, account: str = "123456789012", scaling: str | None = None) -> Access:
    others = {"application-autoscaling": scaling} if scaling else {}
    return Access("ap-northeast-1", account, "local", endpoint_url=endpoint, endpoints=others)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"the emulator did not start: {log.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
