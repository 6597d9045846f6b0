"""What comes to an end by itself: certificates, and schedules that start nothing any more."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from runtime.platform.certificates import Certificate
from runtime.platform.checks import Finding
from service_catalog.messages import say
from service_catalog.model import Service
from service_catalog.validation.schedules import ended_schedule

SOON = timedelta(days=45)
"""AWS begins to renew 60 days before the end, and imported certificates want time too"""


def certificates(found: Iterable[Certificate], now: datetime) -> Iterator[Finding]:
    for it in found:
        if it.expires_at is None:
            sentence = say("the certificate for %(domain)s was not issued", domain=it.domain)
            yield Finding("", "", "expires", sentence)
        elif it.expires_at - now < SOON:
            days = (it.expires_at - now).days
            sentence = say("the certificate for %(domain)s expires in %(days)s days", domain=it.domain, days=days)
            if not it.is_renewed:
                sentence = say(
                    "the certificate for %(domain)s expires in %(days)s days, and AWS does not renew it",
                    domain=it.domain,
                    days=days,
                )
            yield Finding("", "", "expires", sentence, it.expires_at)


def ended_schedules(services: Mapping[str, Service], now: datetime) -> Iterator[Finding]:
    for name, service in services.items():
        if any(ended_schedule(service, now)):
            sentence = say("its schedule names no time that is still to come: it never runs again")
            yield Finding(name, service.owner, "expires", sentence)
