"""How long ago, how long, and at what time: relative in the text, absolute in the title."""

from datetime import datetime, timedelta

from flask import Flask
from markupsafe import Markup

from portal.language import N_, _

AGO = {
    "s": N_("%(n)s s ago"),
    "min": N_("%(n)s min ago"),
    "h": N_("%(n)s h ago"),
    "d": N_("%(n)s d ago"),
}
"""The script counts on with the same words: they stand in the page's head."""


def init_app(app: Flask, now: object) -> None:
    assert callable(now)
    app.jinja_env.globals.update(now=now, ago_words=ago_words, clock=clock)
    app.jinja_env.filters.update(
        ago=lambda moment: ago(moment, now()),
        since=lambda moment: since(moment, now()),
        moment=moment_tag,
        duration=duration,
    )


def ago(moment: datetime | None, now: datetime) -> Markup:
    """``<time>26 min ago</time>``, which the script keeps counting."""
    if moment is None:
        return Markup("–")
    amount, unit = _largest_unit(now - moment)
    return _time(moment, _(AGO[unit], n=amount), "ago")


def since(moment: datetime, now: datetime) -> Markup:
    """``<time>1 min 42 s</time>``: how long a thing that runs has been running."""
    return _time(moment, duration(now - moment), "since")


def moment_tag(moment: datetime) -> Markup:
    return _time(moment, clock(moment), "")


def clock(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M:%S}"


def absolute(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S %Z}"


def duration(length: timedelta | float) -> str:
    """``less than a second``, ``34 s``, ``3 min 12 s``, ``2 h 5 min``, ``3 d 4 h``."""
    seconds = max(0, int(length.total_seconds() if isinstance(length, timedelta) else length))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if seconds == 0:
        return _("less than a second")
    if seconds < 60:
        return _("%(s)s s", s=seconds)
    if minutes < 60:
        return _("%(min)s min %(s)s s", min=minutes, s=seconds % 60)
    if hours < 24:
        return _("%(h)s h %(min)s min", h=hours, min=minutes % 60)
    return _("%(d)s d %(h)s h", d=days, h=hours % 24)


def ago_words() -> dict[str, str]:
    return {unit: _(words) for unit, words in AGO.items()}


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
    local = moment.astimezone()
    tick = Markup(' data-tick="{}"').format(ticks) if ticks else ""
    return Markup('<time datetime="{}" title="{}"{}>{}</time>').format(
        local.isoformat(timespec="seconds"), absolute(moment), tick, words
    )
