"""Where work comes from that is no request: queues, schedules, runs."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service_catalog import patterns, run_sizes
from service_catalog.model.entry import Entry
from service_catalog.model.values import KeyArn, Minutes, QueueName


class Queue(Entry):
    retries: Annotated[int, Field(ge=1, le=1000)] = 5
    """Deliveries of one message before it goes to the dead-letter queue"""
    visibility_seconds: Annotated[int, Field(ge=0, le=43_200)] = 30
    """How long a received message stays hidden; longer than the work on it takes, or it is delivered again"""
    fifo: bool = False
    """First in, first out, each message once; a change replaces the queue and loses what is in it"""
    key_arn: KeyArn | None = None
    """A KMS key of your own that encrypts it; SQS's own key if left out"""
    existing: QueueName | None = None
    """Name of a queue in the same account and region to use instead of making one"""


class Schedule(Entry):
    cron: Annotated[str, StringConstraints(pattern=patterns.VISIBLE, max_length=200)] | None = None
    """Minutes, hours, day of month, month, day of week, year; `0 3 * * ? *` is every day at 3:00"""
    rate: Annotated[str, StringConstraints(pattern=patterns.RATE, max_length=40)] | None = None
    """An interval instead of `cron`: `15 minutes`, `1 hour`, `2 days`"""
    timezone: Annotated[str, StringConstraints(pattern=patterns.VISIBLE, min_length=1, max_length=50)] = "UTC"
    """Time zone of `cron`, by its IANA name, such as `Asia/Tokyo`"""
    flexible_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    """Starts at some moment within this many minutes after the time"""
    paused: bool = False
    """Starts nothing; missed runs are not made up for"""


class Run(Entry):
    copies: Annotated[int, Field(ge=1, le=run_sizes.COPIES_MAX)] = 1
    """How many tasks one run starts at once"""
    attempts: Annotated[int, Field(ge=1, le=10)] = 1
    """How many times each of them is started until it ends with exit code 0"""
    timeout_minutes: Minutes = 60
    """How long one attempt may take; then it is stopped"""
    overlap: Literal["skip", "allow"] = "skip"
    """What happens when a run is due while the last one is still running: `skip` skips it"""
