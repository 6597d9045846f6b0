"""What people do to a service beside releasing and running it, each with its entry in the audit trail."""

from runtime.aws.queues import Queues
from runtime.aws.schedules import Schedules
from runtime.bucket.audit import AuditTrail
from service_catalog.records.provisioned import Queue


class Operations:
    def __init__(self, audit: AuditTrail, queues: Queues, schedules: Schedules):
        self._audit, self._queues, self._schedules = audit, queues, schedules

    def send_back(self, service: str, queue: Queue, who: str, why: str = "") -> None:
        """All dead letters; SQS moves them one after the other, and this does not wait for it."""
        with self._audit.entry("send-back-dead-letters", service, who, why, queue=queue.name):
            self._queues.send_back(service, queue)

    def pause(self, service: str, who: str, why: str = "") -> None:
        """A job starts nothing until somebody resumes it; runs that it misses are not made up for."""
        with self._audit.entry("pause-schedule", service, who, why):
            self._schedules.switch(service, is_on=False)

    def resume(self, service: str, who: str, why: str = "") -> None:
        with self._audit.entry("resume-schedule", service, who, why):
            self._schedules.switch(service, is_on=True)
