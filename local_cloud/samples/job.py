"""Work that ends by itself: logs its steps, then exits with the code that it was told.

``EXIT_CODE``, ``STEPS`` and ``STEP_SECONDS`` say how; arguments ``exit CODE`` win (a definition's ``command``). A
worker is the same program with ``STEPS=0``: it never ends.
"""

import itertools
import json
import os
import signal
import sys
import time


def log(level: str, message: str, **fields: object) -> None:
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    print(json.dumps({"time": moment, "level": level, "message": message, **fields}), flush=True)


def missing_variables() -> list[str]:
    required = f"{os.environ.get('IMAGE_REQUIRES', '')},{os.environ.get('REQUIRED_ENV', '')}".split(",")
    return [name for name in map(str.strip, required) if name and not os.environ.get(name)]


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    broken = os.environ.get("IMAGE_TAG", "").endswith("-broken")
    if (missing := missing_variables()) or broken:
        reason = f"{', '.join(missing)} is not set" if missing else "unhandled exception in module batch"
        log("error", f"cannot start: {reason}", missing=missing)
        sys.exit(1)
    steps = int(os.environ.get("STEPS", "3"))
    for step in range(1, steps + 1) if steps else itertools.count(1):
        log("info", "step done", step=step)
        time.sleep(float(os.environ.get("STEP_SECONDS", "0.1")))
    code = int(sys.argv[2]) if sys.argv[1:2] == ["exit"] else int(os.environ.get("EXIT_CODE", "0"))
    log("error" if code else "info", "finished", exit_code=code)
    sys.exit(code)


if __name__ == "__main__":
    main()
