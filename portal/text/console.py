"""Pages of AWS's own console that the portal leads to; None on the local cloud, which has no console."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from service_catalog import naming
from service_catalog.model import Environment

_HOSTS = {
    "aws": "{region}.console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


def dashboard_address(environment: Environment, name: str) -> str | None:
    """Of a dashboard in CloudWatch."""
    return _cloudwatch(environment, f"dashboards/dashboard/{quote(name)}")


def alarm_address(environment: Environment, name: str) -> str | None:
    return _cloudwatch(environment, f"alarmsV2:alarm/{quote(name)}")


def logs_insights_address(
    environment: Environment, groups: Sequence[str], words: str, start: datetime | None, until: datetime | None
) -> str | None:
    """Of a query for the same lines as a page shows, as far as Logs Insights can say it."""
    query = ["fields @timestamp, @logStream, @message"]
    query += [f"filter @message like {_literal(word)}" for word in words.split()]
    query += ["sort @timestamp desc", "limit 1000"]
    chosen = _span(start, until) if start else "end~0~start~-3600~timeType~'RELATIVE~unit~'seconds"
    sources = "".join(f"~'{_escaped(group)}" for group in groups)
    text = _escaped("\n| ".join(query))
    return _cloudwatch(
        environment,
        f"logsV2:logs-insights$3FqueryDetail$3D~({chosen}~editorString~'{text}~source~({sources}))",
    )


def _span(start: datetime, until: datetime | None) -> str:
    """The console takes no open end: it is now, when the page was made."""
    begin, end = (
        _escaped(f"{it.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z") for it in (start, until or datetime.now(UTC))
    )
    return f"end~'{end}~start~'{begin}~timeType~'ABSOLUTE~tz~'UTC"


def _literal(word: str) -> str:
    """A regular expression that is the word, in whichever case."""
    return f"/(?i){re.escape(word).replace('/', chr(92) + '/')}/"


def _escaped(text: str) -> str:
    """The console writes ``*40`` where other addresses have ``%40``."""
    return re.sub(r"[^A-Za-z0-9_.-]", lambda said: "".join(f"*{byte:02x}" for byte in said[0].encode()), text)


def _cloudwatch(environment: Environment, page: str) -> str | None:
    if environment.name == naming.LOCAL:
        return None
    host = _HOSTS[environment.partition].format(region=environment.region)
    return f"https://{host}/cloudwatch/home?region={environment.region}#{page}"
