"""Work that ends by itself: logs its steps, then exits with the code that it was told.

``EXIT_CODE``, ``STEPS`` (0: it never ends) and ``STEP_SECONDS`` say how; arguments ``exit CODE`` win. It says which
arguments it was given; as a copy of a run, it says which one.
"""

import itertools
import os
import signal
import sys
import time

from local_cloud.samples.program import end_unless_it_can_start, leave_a_file, log


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    end_unless_it_can_start("batch")
    leave_a_file()
    told = {"arguments": sys.argv[1:], "copy": os.environ.get("RUN_COPY", "")}
    log("info", "started", **{name: value for name, value in told.items() if value})
    steps = int(os.environ.get("STEPS", "3"))
    for step in range(1, steps + 1) if steps else itertools.count(1):
        log("info", "step done", step=step)
        time.sleep(float(os.environ.get("STEP_SECONDS", "0.1")))
    code = int(sys.argv[2]) if sys.argv[1:2] == ["exit"] else int(os.environ.get("EXIT_CODE", "0"))
    log("error" if code else "info", "finished", exit_code=code)
    sys.exit(code)
