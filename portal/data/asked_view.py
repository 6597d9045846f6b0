"""A release that somebody asked for, as its page tells it: what it would change, and who may answer."""

from dataclasses import dataclass

from portal import release_form
from portal.auth.gate import person
from portal.context import portal
from portal.data.service_facts import ServiceFacts
from portal.text.language import _
from runtime.releases import asking
from runtime.releases.asking import Look
from runtime.second_person import Standing, Who
from service_catalog.records.asked import Asked, AskedRelease, AskedRun
from service_catalog.records.releases import Release


@dataclass(frozen=True)
class AskedView:
    look: Look
    is_own: bool
    release: Release | None
    """What came of it"""

    @property
    def is_stuck(self) -> bool:
        """It was confirmed, and no release of it began: whoever confirmed it may go on."""
        return self.look.standing.state == "confirmed" and self.release is None

    @property
    def fields(self) -> dict[str, object]:
        """What a review of the same is asked for."""
        return release_form.fields(asking.request_of(self.look.standing.asked.wanted))

    @property
    def headline(self) -> str:
        if self.look.standing.state == "open":
            return _("%(who)s asks for a release", who=self.look.standing.asked.who)
        return closed_headline(self.look.standing)


def who() -> Who:
    """Whoever is asking now. Where nobody signs in, a name is all that there is."""
    found = person()
    return Who(found.name, found.id or found.name)


def is_own(asked: Asked) -> bool:
    """Whoever looks has asked for it."""
    return asked.person == who().person


def closed_headline(it: Standing[AskedRelease] | Standing[AskedRun]) -> str:
    """What became of it, of a release or a run."""
    number, who = it.asked.number, it.answer.who if it.answer else ""
    return {
        "confirmed": _("Request %(number)s was confirmed by %(who)s", number=number, who=who),
        "declined": _("Request %(number)s was declined by %(who)s", number=number, who=who),
        "withdrawn": _("Request %(number)s was withdrawn by %(who)s", number=number, who=who),
        "replaced": _("Request %(number)s was replaced by a newer one", number=number),
        "outdated": _("Request %(number)s is out of date", number=number),
    }[it.state]


def of(environment: str, service: str, number: int, found: ServiceFacts) -> AskedView:
    """Raises Absent."""
    look = portal().gateways(environment).asking.look(service, number)
    made = (it for it in found.releases if it.confirmation and it.confirmation.asked == number)
    return AskedView(look, is_own(look.standing.asked), next(made, None))
