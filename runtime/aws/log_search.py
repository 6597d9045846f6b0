"""Lines of a log group, newest first: of all tasks or one, by a filter pattern of CloudWatch, in a stretch of time.

FilterLogEvents is the scarcest call of all: AWS gives an account and region ten a second in Tokyo, five elsewhere, for
the console and every script too. So all searches of this process in one account and region share a budget, and who
would have to wait for it for long is told so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from runtime.aws.clients import Clients
from runtime.aws.clock import Clock
from runtime.aws.errors import Absent, Throttled
from runtime.aws.logs import Line, LogGroup, milliseconds, read_line
from runtime.aws.rate_limit import RateLimit
from service_catalog import naming
from service_catalog.messages import say

PAGES = 5
"""At most, for one answer: each may hold 10,000 lines, or none although there are more"""
LINES_A_PAGE = 10_000
_FIRST_LOOK = timedelta(hours=1)
"""The newest stretch is looked at first: CloudWatch answers sooner, and with fewer empty pages"""
_A_SECOND: Mapping[str, float] = {"ap-northeast-1": 4}
_A_SECOND_ELSEWHERE = 2.0
_PATIENCE_SECONDS = 3.0


@dataclass(frozen=True)
class LogFilter:
    group: LogGroup
    task: str = ""
    """All tasks, unless one is named"""
    pattern: str = ""
    """As CloudWatch writes it"""


@dataclass(frozen=True)
class Lines:
    found: tuple[Line, ...]
    """Oldest first"""
    since: datetime
    """Everything from then on was looked at"""


@cache
def budget(account_id: str, region: str, clock: Clock) -> RateLimit:
    """Of all who search in the account and region."""
    per_second = _A_SECOND.get(region, _A_SECOND_ELSEWHERE)
    return RateLimit(4 * per_second, per_second, clock.monotonic, clock.sleep)


class LogSearch:
    def __init__(self, aws: Clients, budget: RateLimit):
        self._aws, self._budget = aws, budget

    def newest(
        self,
        asked: LogFilter,
        start: datetime,
        until: datetime,
        enough: int,
        fits: Callable[[Line], bool] | None = None,
    ) -> Lines:
        """The newest lines up to ``until`` that ``fits`` takes, ``enough`` at most: what CloudWatch cannot filter is
        looked for in ``PAGES`` pages of lines. A log group that is not there has none."""
        found: list[Line] = []
        limit = LINES_A_PAGE if fits else enough
        pages = PAGES
        for begin, end in _stretches(start, until):
            looked_back_to = end
            for lines in self._pages(asked, begin, end, limit):
                found += [line for line in lines if fits is None or fits(line)]
                looked_back_to = lines[-1].when if lines else looked_back_to
                pages -= 1
                if len(found) >= enough:
                    return Lines(tuple(reversed(found[:enough])), found[enough - 1].when)
                if not pages:
                    return Lines(tuple(reversed(found)), looked_back_to)
        return Lines(tuple(reversed(found)), start)

    def _pages(self, asked: LogFilter, start: datetime, end: datetime, limit: int) -> Iterator[list[Line]]:
        """Newest first; none more once nothing older is left."""
        token: dict[str, str] = {}
        while True:
            try:
                answer = self._page(asked, start, end, limit, token)
            except Absent:
                return
            yield [read_line(said, said["logStreamName"], asked.group.route) for said in answer["events"]]
            if not answer.get("nextToken"):
                return
            token = {"nextToken": answer["nextToken"]}

    def _page(
        self, asked: LogFilter, start: datetime, end: datetime, limit: int, token: Mapping[str, str]
    ) -> dict[str, Any]:
        if not self._budget.wait_briefly(_PATIENCE_SECONDS):
            raise Throttled(
                say("too many look at logs just now for what AWS gives to all of them; try again in a moment")
            )
        container = asked.group.container
        streams: dict[str, Any] = (
            {"logStreamNames": [naming.log_stream(asked.task, container)]}
            if asked.task
            else {"logStreamNamePrefix": naming.log_streams(container)}
        )
        pattern = {"filterPattern": asked.pattern} if asked.pattern else {}
        return self._aws.call(
            "logs",
            "filter_log_events",
            say("reading logs of %(service)s", service=asked.group.service),
            logGroupName=asked.group.name,
            startTime=milliseconds(start),
            endTime=milliseconds(end),
            limit=limit,
            startFromHead=False,
            **streams,
            **pattern,
            **token,
        )


def _stretches(start: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    middle = until - _FIRST_LOOK
    if middle <= start:
        return [(start, until)]
    return [(middle, until), (start, middle - timedelta(milliseconds=1))]


def merged(several: Iterable[Lines], limit: int) -> Lines:
    """The newest of all: since the latest moment from which on each of them is whole."""
    several = list(several)
    since = max(lines.since for lines in several)
    found = sorted((line for lines in several for line in lines.found if line.when >= since), key=lambda it: it.when)
    return Lines(tuple(found[-limit:]), found[-limit].when if len(found) > limit else since)


def followed(earlier: Lines, read_until: datetime, later: Lines, limit: int) -> Lines:
    """Both, each line once. Where so many came that some between them were left out, the earlier ones are forgotten."""
    if later.since > read_until:
        return later
    known = {line.id for line in later.found}
    both = [*(line for line in earlier.found if line.id not in known), *later.found]
    both.sort(key=lambda it: it.when)
    kept = tuple(both[-limit:])
    return Lines(kept, kept[0].when if len(both) > limit else earlier.since)
