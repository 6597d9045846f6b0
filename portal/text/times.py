"""How long ago, how long, and at what time: relative in the text, absolute in the title.

Clocks stand in the server's zone, with its name; the script puts them into the reader's.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask, Response
from markupsafe import Markup

from portal.text.language import N_, _

AGO = {
    "s": N_("%(n)s s ago"),
    "min": N_("%(n)s min ago"),
    "h": N_("%(n)s h ago"),
    "d": N_("%(n)s d ago"),
}
"""The script counts on with the same words: they stand in the page's head."""
_NO_BREAK = "\N{NO-BREAK SPACE}"
"""Between a number and its unit, where no line shall end"""
_IN_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}


def init_app(app: Flask, now: Callable[[], datetime]) -> None:
    def tell_the_time(response: Response) -> Response:
        """In a header: a page in which nothing changed stays the same page, and the script counts on from its time."""
        response.headers["Server-Timing"] = f"now;dur={now().timestamp() * 1000:.0f}"
        return response

    app.after_request(tell_the_time)
    app.jinja_env.globals.update(now=now, ago_words=ago_words)
    app.jinja_env.globals.update(clock=clock, minute=minute, day=day, at_moment=at_moment, on_date=on_date)
    app.jinja_env.filters.update(
        ago=lambda moment: ago(moment, now()),
        bare_ago=bare_ago,
        since=lambda moment: since(moment, now()),
        counting=counting,
        duration=duration,
    )


def ago(moment: datetime | None, now: datetime) -> Markup:
    """``<time>26 min ago</time>``, which the script keeps counting."""
    if moment is None:
        return Markup("–")
    amount, unit = _largest_unit(now - moment)
    return _time(moment, _ago_words(unit) % {"n": amount}, "ago")


def bare_ago(moment: datetime, now: datetime) -> Markup:
    """The least that the script can count on with, for a row of a thousand."""
    amount, unit = _largest_unit(now - moment)
    return Markup("<time datetime={}>{}</time>").format(_utc(moment), _ago_words(unit) % {"n": amount})


def true_until(moment: datetime, now: datetime) -> datetime:
    """When the words of ``ago`` will be others."""
    amount, unit = _largest_unit(now - moment)
    length = timedelta(seconds=(amount + 1) * _IN_SECONDS[unit])
    return moment + length


def counting(moment: datetime) -> Markup:
    """An age that only the script says: without it the clock beside it stays true, and an age would not."""
    return _time(moment, "", "ago")


def since(moment: datetime, now: datetime) -> Markup:
    """``<time>1 min 42 s</time>``: how long a thing that runs has been running."""
    return _time(moment, duration(now - moment), "since")


def clock(moment: datetime) -> Markup:
    return Markup('<time datetime="{}" title="{}" data-clock>{}</time>').format(
        _utc(moment), absolute(moment), f"{moment.astimezone():%H:%M:%S %Z}"
    )


def at_moment(moment: datetime) -> Markup:
    """With its date: for what is ahead, or long ago."""
    return Markup('<time datetime="{}" data-clock="moment">{}</time>').format(_utc(moment), absolute(moment))


def on_date(moment: datetime) -> Markup:
    return Markup('<time datetime="{}" data-clock="date">{}</time>').format(
        _utc(moment), f"{moment.astimezone():%Y-%m-%d}"
    )


def minute(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M %Z}"


def day(moment: datetime) -> str:
    """For what is drawn of several days."""
    return f"{moment.astimezone():%m-%d %H:%M}"


def absolute(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S %Z}"


def duration(length: timedelta | float) -> str:
    """``less than a second``, ``34 s``, ``3 min 12 s``, ``2 h 5 min``, ``3 d 4 h``; no line ends before a unit."""
    seconds = max(0, int(length.total_seconds() if isinstance(length, timedelta) else length))
    return _counted(seconds).replace(" ", _NO_BREAK) if seconds else _("less than a second")


def _counted(seconds: int) -> str:
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if seconds < 60:
        return _("%(s)s s", s=seconds)
    if minutes < 60:
        return _("%(min)s min %(s)s s", min=minutes, s=seconds % 60)
    if hours < 24:
        return _("%(h)s h %(min)s min", h=hours, min=minutes % 60)
    return _("%(d)s d %(h)s h", d=days, h=hours % 24)


def ago_words() -> dict[str, str]:
    return {unit: _ago_words(unit) for unit in AGO}


def _ago_words(unit: str) -> str:
    return _(AGO[unit]).replace(" ", _NO_BREAK, 1)


def _largest_unit(length: timedelta) -> tuple[int, str]:
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return seconds, "s"
    if seconds < 3600:
        return seconds // 60, "min"
    if seconds < 48 * 3600:
        return seconds // 3600, "h"
    return seconds // 86400, "d"


def _time(moment: datetime, words: str, ticks: str) -> Markup:
    return Markup('<time datetime="{}" title="{}" data-tick="{}">{}</time>').format(
        _utc(moment), absolute(moment), ticks, words
    )


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
