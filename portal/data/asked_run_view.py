"""A run that somebody asked for, as its page tells it; and the one that waits."""

from dataclasses import dataclass

from flask import g

from portal.context import portal
from portal.data import asked_view
from portal.data.service_view import FRESH_SECONDS
from portal.text.language import _
from runtime.runs import asking
from runtime.runs.asking import RunLook
from runtime.runs.request import RunRequest
from service_catalog.records.asked import AskedRun


@dataclass(frozen=True)
class AskedRunView:
    look: RunLook
    is_own: bool

    @property
    def is_stuck(self) -> bool:
        """It was confirmed, and was not started: whoever confirmed it may go on."""
        return self.look.standing.state == "confirmed" and self.look.run is None

    @property
    def request(self) -> RunRequest:
        return asking.request_of(self.look.standing.asked)

    @property
    def headline(self) -> str:
        if self.look.standing.state == "open":
            return _("%(who)s asks for a run", who=self.look.standing.asked.who)
        return asked_view.closed_headline(self.look.standing)


def of(environment: str, service: str, number: int) -> AskedRunView:
    """Raises Absent."""
    look = portal().gateways(environment).asking_runs.look(service, number)
    return AskedRunView(look, asked_view.is_own(look.standing.asked))


def waiting(environment: str, service: str) -> AskedRun | None:
    """Where a second person has to confirm it; elsewhere AWS is not asked."""
    if g.environment.protection != "four-eyes":
        return None
    asking_runs = portal().gateways(environment).asking_runs
    return (
        portal()
        .readings.get(
            (environment, service, "asked-run"),
            lambda: asking_runs.waiting(service),
            portal().settings.now,
            FRESH_SECONDS,
        )
        .value
    )
