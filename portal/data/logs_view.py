"""Lines that a page of logs shows: the newest ones, which all readers share, or those that somebody searched for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from portal.context import portal
from portal.data.aged import Aged
from portal.data.log_tails import AHEAD, LATE, LINES_KEPT, LOOK_BACK
from portal.text import log_lines
from portal.text.log_lines import Shown
from runtime.aws import log_search
from runtime.aws.errors import Invalid, Throttled
from runtime.aws.log_search import LINES_A_PAGE, Lines, LogFilter
from service_catalog import naming

LINES = 200
YEARS = range(1970, 9999)
"""Of times that somebody may ask for: CloudWatch knows no earlier ones, and beyond there is no day after"""
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
"""CloudWatch is asked for nothing before it, wherever somebody counts from, nor for what is still to come"""
_FRESH_SECONDS = 2.0
_PLACES_FRESH_SECONDS = 30.0


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see; all of it may be empty."""

    environment: str
    service: str
    task: str = ""
    container: str = naming.CONTAINER
    route: str | None = None
    """None for all log groups, those beside the service's own included"""
    words: str = ""
    pattern: str = ""
    level: str = ""
    start: datetime | None = None
    until: datetime | None = None

    @property
    def is_search(self) -> bool:
        return bool(self.words or self.pattern or self.level)

    @property
    def is_of_the_newest(self) -> bool:
        """What CloudWatch alone can choose, up to now: what readers share."""
        return not (self.words or self.level or self.start or self.until)


@dataclass(frozen=True)
class Places:
    """Where the lines of a service are."""

    routes: tuple[str, ...] = ()
    elsewhere: Mapping[str, str] | None = None
    """By route, those that are in no log group"""


@dataclass(frozen=True)
class Found:
    lines: list[Shown]
    """Oldest first"""
    since: datetime
    """Everything from then on was looked at"""
    taken_at: datetime
    problem: str = ""
    """Why there is nothing newer"""
    refused: str = ""
    """Why nothing was looked for: what CloudWatch says of the pattern, or that too many look"""
    is_busy: bool = False

    @property
    def tasks(self) -> list[str]:
        return sorted({line.task for line in self.lines})


def places(environment: str, service: str) -> Places:
    gateways = portal().gateways(environment)

    def read() -> Places:
        return Places(gateways.logs.routes(service), gateways.provisioned.logs_elsewhere(service))

    key = (environment, service, "log places")
    return portal().readings.get(key, read, portal().settings.now, _PLACES_FRESH_SECONDS).value


def found(asked: Asked) -> Found:
    """The newest lines of those that somebody asks for. A pattern that CloudWatch does not take finds none, and says
    why; so does who comes when too many look."""
    try:
        reading = _tail(asked, LINES) if asked.is_of_the_newest else _searched(asked)
    except Invalid as refusal:
        if not asked.pattern:
            raise
        return nothing(refusal.sentence)
    except Throttled as busy:
        return nothing(busy.sentence, is_busy=True)
    lines = reading.value
    return Found([log_lines.shown(it) for it in lines.found], lines.since, reading.taken_at, reading.problem)


def nothing(refused: str = "", is_busy: bool = False) -> Found:
    """Nothing was looked for."""
    now = portal().settings.now()
    return Found([], now, now, refused=refused, is_busy=is_busy)


def newer(asked: Asked, after: datetime) -> Found:
    """What was printed since, for who follows; and some that stand there already: CloudWatch is late with others."""
    reading, fits = _tail(asked, LINES_KEPT), log_lines.fits(asked.words, asked.level)
    lines = [it for it in reading.value.found if it.when >= after - LATE and (fits is None or fits(it))]
    return Found([log_lines.shown(it) for it in lines], reading.value.since, reading.taken_at, reading.problem)


def to_download(asked: Asked) -> list[Shown]:
    return [log_lines.shown(it) for it in _search(asked, LINES_A_PAGE).found]


def _tail(asked: Asked, enough: int) -> Aged[Lines]:
    search, tails = portal().gateways(asked.environment).log_search, portal().log_tails
    readings = [tails.of(asked.environment, it, search).read() for it in _filters(asked)]
    value = log_search.merged([it.value for it in readings], enough)
    oldest = min(readings, key=lambda it: it.taken_at)
    return Aged(value, oldest.taken_at, next((it.problem for it in readings if it.problem), ""))


def _searched(asked: Asked) -> Aged[Lines]:
    return portal().searches.get(asked, partial(_search, asked, LINES), portal().settings.now, _FRESH_SECONDS)


def _search(asked: Asked, enough: int) -> Lines:
    latest = portal().settings.now() + AHEAD
    until = max(min(asked.until or latest, latest), _FIRST)
    start = max(asked.start or until - LOOK_BACK, _FIRST)
    if start >= until:
        return Lines((), until)
    search, fits = portal().gateways(asked.environment).log_search, log_lines.fits(asked.words, asked.level)
    several = [search.newest(it, start, until, enough, fits) for it in _filters(asked)]
    return log_search.merged(several, enough)


def _filters(asked: Asked) -> list[LogFilter]:
    logs = portal().gateways(asked.environment).logs
    groups = logs.groups(asked.service, asked.container, asked.route)
    return [LogFilter(group, asked.task, asked.pattern) for group in groups]
