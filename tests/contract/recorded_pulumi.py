"""A `pulumi` that ran before: what it tells of a stack is the recording $RECORDED_RUN (an event log)."""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

WHEN = "2026-01-01T00:00:00.000Z"
HISTORY: dict[str, Any] = {"kind": "update", "result": "succeeded", "startTime": WHEN, "endTime": WHEN, "version": 1}
HISTORY |= {"message": "", "environment": {}, "config": {}, "resourceChanges": {}}


def main(words: list[str]) -> int:
    if words[0] == "version":
        print("v3.205.0")  # a later one would tell its events over gRPC
    if "--json" in words:
        print(json.dumps([HISTORY] if "history" in words else {}))
    if words[0] not in ("up", "preview", "refresh", "destroy"):
        return 0
    if words[0] == "up" and "--continue-on-error" in words:
        print("error: no run was recorded that goes on after a failure", file=sys.stderr)
        return 255
    run = Path(os.environ["RECORDED_RUN"])
    shutil.copy(run, words[words.index("--event-log") + 1])
    if '"result": "failed"' not in run.read_text():
        return 0
    print("error: update failed", file=sys.stderr)
    return 255


if __name__ == "__main__":
    sys.exit(main([word for word in sys.argv[1:] if word != "--non-interactive"]))
