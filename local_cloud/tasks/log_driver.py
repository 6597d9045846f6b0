"""The log driver ``awsfirelens``: hands what a container writes to its task's log router, line by line.

As Docker's does, with one record a line and parts of long lines marked as such; but as JSON, where FireLens speaks
Fluentd's protocol.
"""

import json
import logging
import socket
import time
from collections.abc import Iterator

from local_cloud.tasks.container import Container
from local_cloud.tasks.output import Line

log = logging.getLogger(__name__)


def hand_over(container: Container) -> None:
    """Returns when the container has closed its output, or nobody takes its lines any more."""
    port = container.wanted.log_router_port
    assert port is not None
    tag = f"{container.wanted.name}-firelens-{container.wanted.task.rpartition('/')[2]}"
    records = _Records(container)
    try:
        with socket.create_connection((container.address, port), timeout=30) as router:
            for lines in container.output.follow_lines():
                said = [[tag, time.time(), record] for record in records.of(lines)]
                router.sendall(b"".join(json.dumps(it).encode() + b"\n" for it in said))
    except OSError as error:
        log.info("log router takes no lines container=%s reason=%s", container.id[:12], error)


class _Records:
    def __init__(self, container: Container):
        self._of_all = {
            "container_id": container.id,
            "container_name": f"/{container.wanted.name}",
            "source": "stdout",
        }
        self._cut_lines, self._parts = 0, 0

    def of(self, lines: list[Line]) -> Iterator[dict[str, str]]:
        for line in lines:
            record = {"log": line.text.decode(errors="replace"), **self._of_all}
            yield record | (self._part(line) if line.goes_on or self._parts else {})

    def _part(self, line: Line) -> dict[str, str]:
        self._cut_lines += self._parts == 0
        self._parts += 1
        marks = {
            "partial_message": "true",
            "partial_id": f"{self._of_all['container_id'][:12]}-{self._cut_lines}",
            "partial_ordinal": str(self._parts),
            "partial_last": "false" if line.goes_on else "true",
        }
        self._parts = self._parts if line.goes_on else 0
        return marks
