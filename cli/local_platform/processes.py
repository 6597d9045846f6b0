"""Child processes of `slipway local up` other than the emulators: each with a lifeline, in a session of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def start(module: str, settings: Mapping[str, Any], log: Path | None = None) -> subprocess.Popen[bytes]:
    """``settings`` are its one argument, as JSON. Its output goes to ``log``, or where ours goes."""
    if log is None:
        return _spawn(module, settings, None)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return _spawn(module, settings, output)


def stop(child: subprocess.Popen[bytes], timeout_seconds: float = 8) -> None:
    """SIGTERM to it and to whatever it started, then SIGKILL to what does not listen."""
    _signal(child, signal.SIGTERM)
    try:
        child.wait(timeout_seconds)
    except subprocess.TimeoutExpired:
        _signal(child, signal.SIGKILL)
        child.wait()
    if child.stdin:
        child.stdin.close()


def _spawn(module: str, settings: Mapping[str, Any], output: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", module, json.dumps(settings)],
        stdin=subprocess.PIPE,  # the lifeline: closed by the system when we die
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=True,  # Ctrl-C reaches us alone, and we stop our children in order
        env={**os.environ, "SLIPWAY_STATE": settings["state"], "SLIPWAY_CATALOG": settings["catalog"]},
    )


def _signal(child: subprocess.Popen[bytes], what: signal.Signals) -> None:
    if child.poll() is None:
        os.killpg(child.pid, what)
