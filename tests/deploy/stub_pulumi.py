"""A `pulumi` that has one new stack, and an `up` that ends when it is told to. It writes down what it is and hears.

Its directory ($STUB_PULUMI) holds two named pipes: `begun` is opened once `up` works, `go` lets it end.
"""

import json
import os
import signal
import sys
from pathlib import Path

HERE = Path(os.environ["STUB_PULUMI"])


def main(words: list[str]) -> int:
    if words[0] == "version":
        print("v3.272.0")
    elif words[:2] == ["stack", "ls"]:
        print("[]")
    elif words[0] == "up":
        return up()
    elif "--stack" in words:  # it is looked for
        return failed("no stack named 'dev' found")
    return 0


def up() -> int:
    signal.signal(signal.SIGINT, cancelled)
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, lambda number, frame: note(heard=number))
    note(session=os.getsid(0))
    (HERE / "begun").open("w").close()
    (HERE / "go").open().close()
    return failed("the disk is full")


def cancelled(number: int, frame: object) -> None:
    note(heard=number)
    sys.exit(failed("update canceled"))


def failed(why: str) -> int:
    print(f"error: {why}", file=sys.stderr)
    return 255


def note(**said: int) -> None:
    with (HERE / "notes").open("a") as notes:
        notes.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    sys.exit(main([word for word in sys.argv[1:] if word != "--non-interactive"]))
