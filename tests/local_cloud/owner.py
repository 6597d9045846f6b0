"""Run as a process of its own: owns the local cloud of a directory until it is ended."""

import signal
import sys
from pathlib import Path

from local_cloud.cloud import LocalCloud


def main() -> None:
    cloud = LocalCloud(Path(sys.argv[1]), steady_seconds=0.2)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        cloud.start()
        print("up", flush=True)
        signal.pause()
    finally:
        cloud.stop()


if __name__ == "__main__":
    main()
