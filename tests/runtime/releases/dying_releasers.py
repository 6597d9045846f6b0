"""A process of releasers that all want to release one service at once, and that dies at a random step if so told.

Prints ``released <number>`` when ECS was told and ``refused`` when somebody else was first.
"""

import os
import random
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from runtime.aws.clock import Clock
from runtime.aws.errors import Conflict
from runtime.gateways import Access, Gateways
from runtime.releases.execute import Steps
from runtime.releases.request import ReleaseRequest
from tests.provisioning import ENVIRONMENT


class Dying:
    """Steps that end the process, as `kill -9` would, before or after the one with the fatal number.

    What the other threads are at is let through first: a request that outlives who sent it reaches ECS within the 120 s
    that others wait (``Clock.dead_seconds``), and those who come later in this test wait for nobody.
    """

    def __init__(self, steps: Steps, fatal: int):
        self._steps, self._left, self._under_way = steps, fatal, 0
        self._turn = threading.Condition()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        step = getattr(self._steps, name)

        def risky(*arguments: Any) -> Any:
            self._count_down(begun=1)
            try:
                return step(*arguments)
            finally:
                self._count_down(ended=1)

        return risky

    def _count_down(self, *, begun: int = 0, ended: int = 0) -> None:
        with self._turn:
            self._under_way -= ended
            self._turn.notify_all()
            self._left -= 1
            if self._left <= 0:
                self._turn.wait_for(lambda: self._under_way == 0)
                sys.stdout.flush()
                os._exit(9)
            self._under_way += begun


def attempt(gateways: Gateways, service: str, who: str) -> str:
    try:
        return f"released {gateways.releases.release(service, ReleaseRequest(image='1.1.0'), who=who, why='').number}"
    except Conflict:
        return "refused"


def main(endpoint: str, scaling: str, service: str, count: str, seed: str) -> None:
    fatal = random.Random(int(seed)).randint(2 * int(count), 4 * int(count))
    access = Access(endpoint, {"application-autoscaling": scaling}, ENVIRONMENT.account_id, "local")
    gateways = Gateways.connect(ENVIRONMENT, access, Clock(), lambda steps: cast(Steps, Dying(steps, fatal)))
    with ThreadPoolExecutor(int(count)) as pool:
        for said in pool.map(lambda number: attempt(gateways, service, f"{seed}-{number}"), range(int(count))):
            print(said, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
