"""What the sample programs share: how they log, what they need to start, and the commands that their images have."""

import json
import os
import sys
import time
from typing import Any

LEVELS = ("debug", "info", "warning", "error")


def log(level: str, message: str, **fields: object) -> None:
    threshold = os.environ.get("LOG_LEVEL", "info").lower()
    if threshold in LEVELS and LEVELS.index(level) < LEVELS.index(threshold):
        return
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    print(json.dumps({"time": moment, "level": level, "message": message, **fields}), flush=True)


def is_set(name: str) -> bool:
    return os.environ.get(name, "") not in ("", "0")


def mounts() -> list[dict[str, Any]]:
    """Which directory of this machine stands for which path of a volume."""
    found: list[dict[str, Any]] = json.loads(os.environ.get("MOUNTS", "[]"))
    return found


def leave_a_file() -> None:
    """In every volume that may be written to, so that others who mount it see who was there."""
    name = f"{os.environ.get('IMAGE_NAME', 'program')}-{os.environ.get('HOSTNAME', '')}.txt"
    for mount in mounts():
        if not mount["read_only"]:
            with open(os.path.join(mount["directory"], name), "w", encoding="utf-8") as file:
                file.write("was here\n")


def files_in_mounts() -> dict[str, list[str]]:
    """By path, what is there."""
    return {mount["path"]: sorted(os.listdir(mount["directory"])) for mount in mounts()}


def end_unless_it_can_start(fault: str) -> None:
    """Variables that it needs are set, and its tag is none that ends in ``-broken``; such a one has this fault."""
    required = f"{os.environ.get('IMAGE_REQUIRES', '')},{os.environ.get('REQUIRED_ENV', '')}".split(",")
    if missing := [name for name in map(str.strip, required) if name and not os.environ.get(name)]:
        log("error", f"cannot start: {', '.join(missing)} is not set", missing=missing)
        sys.exit(1)
    if os.environ.get("IMAGE_TAG", "").endswith("-broken"):
        log("error", f"cannot start: unhandled exception in module {fault}")
        sys.exit(1)


def end_with_the_command_that_is_asked_for() -> None:
    """Returns when that is the service itself: no arguments, or ``bin/server``. ``bin/migrate`` is there besides."""
    words = sys.argv[1:]
    name = os.path.basename(words[0]) if words else "server"
    if name == "server":
        return
    if name == "migrate":
        sys.exit(_migrate())
    log("error", f"{words[0]}: no such command", arguments=words)
    sys.exit(127)


def _migrate() -> int:
    """``FAIL_MIGRATION`` has the last of its steps fail."""
    for step in ("add column ledger.currency", "fill ledger.currency", "index ledger.currency"):
        time.sleep(float(os.environ.get("STEP_SECONDS", "0.2")))
        if step.startswith("index") and is_set("FAIL_MIGRATION"):
            log("error", f"migration failed: {step}: relation ledger is locked")
            return 1
        log("info", f"migrated: {step}")
    return 0
