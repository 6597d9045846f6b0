"""Tokens and secrets that come to an end, were not changed for long, or that nobody uses."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from runtime.bucket.api_tokens import KnownToken
from runtime.platform.checks import Check, Finding
from runtime.platform.kept_secrets import KeptSecret, id_of
from service_catalog.messages import Message, say
from service_catalog.model import Environment, Service
from service_catalog.named_secrets import named_secrets
from service_catalog.records.portal import ApiToken

SOON = timedelta(days=14)
"""Before its end a token is told of, and after it for as long: whoever still uses it is refused by now"""
UNUSED = timedelta(days=90)
OLD = timedelta(days=365)
"""A secret that nobody changed for so long"""
_SECRET_SOON = timedelta(days=30)
_LATE = timedelta(days=2)
"""A rotation may take its time"""


# --- tokens -----------------------------------------------------------------------------------------------------------


def is_ending(known: KnownToken, now: datetime) -> bool:
    return known.revoked is None and -SOON < known.token.expires - now < SOON


def tokens(
    found: Iterable[KnownToken], uses: Mapping[str, datetime] | None, environment: str, now: datetime
) -> Iterator[Finding]:
    """Of those that act in the environment. ``uses``: the last of each, by id; None where that is not known."""
    for known in found:
        token = known.token
        if known.revoked or environment not in (token.scope.environments or (environment,)):
            continue
        if is_ending(known, now):
            yield _of_token(token, "expires", ends(token, now), token.expires)
        elif uses is not None and token.expires > now:
            used_at = uses.get(token.id)
            if (since := used_at or token.when) < now - UNUSED:
                yield _of_token(token, "unused", _UNUSED if used_at else _NEVER_USED, since)


def ends(token: ApiToken, now: datetime) -> Message:
    days = (token.expires - now).days
    if token.expires <= now:
        return say("it expired: whoever still uses it is refused")
    return say("it expires in %(days)s days", days=days) if days else say("it expires within a day")


_UNUSED, _NEVER_USED = say("nobody used it since then"), say("nobody ever used it")


def _of_token(token: ApiToken, check: Check, sentence: Message, since: datetime) -> Finding:
    return Finding("", token.whose, check, sentence, since, token=token.name)


# --- secrets ----------------------------------------------------------------------------------------------------------


def secrets(
    found: Iterable[KeptSecret],
    naming_them: Mapping[str, Sequence[Service]],
    environment: Environment,
    now: datetime,
) -> Iterator[Finding]:
    """``naming_them``: by service, its entry as the catalog says and as it is provisioned."""
    users: dict[str, dict[str, str]] = {}
    for name, entries in naming_them.items():
        for entry in entries:
            for _, secret in named_secrets(entry):
                users.setdefault(id_of(secret, environment), {})[name] = entry.owner
    for kept in found:
        using = {name: owner for id in kept.ids for name, owner in users.get(id, {}).items()}
        for name, owner in sorted(using.items()):
            yield from _of_secret(kept, name, owner, now)
        if not using and not kept.is_deleted:
            yield _unnamed(kept, naming_them)


def _of_secret(kept: KeptSecret, service: str, owner: str, now: datetime) -> Iterator[Finding]:
    if kept.is_deleted:
        sentence = say("the secret %(name)s is deleted: no task that needs it starts", name=kept.name)
        yield Finding(service, owner, "expires", sentence)
    elif kept.expires_at and kept.expires_at - now < _SECRET_SOON:
        yield Finding(service, owner, "expires", _expires(kept, now), kept.expires_at)
    if kept.rotation_due and kept.rotation_due + _LATE < now:
        sentence = say("AWS was to rotate the secret %(name)s, and did not", name=kept.name)
        yield Finding(service, owner, "not-rotated", sentence, kept.rotation_due)
    elif kept.changed_at and kept.changed_at < now - OLD and not kept.is_deleted:
        sentence = say("nobody changed the secret %(name)s since then", name=kept.name)
        yield Finding(service, owner, "not-rotated", sentence, kept.changed_at)


def _expires(kept: KeptSecret, now: datetime) -> Message:
    if kept.expires_at is None or kept.expires_at <= now:
        return say("the secret %(name)s is over: AWS deletes it", name=kept.name)
    return say("AWS deletes the secret %(name)s in %(days)s days", name=kept.name, days=(kept.expires_at - now).days)


def _unnamed(kept: KeptSecret, naming_them: Mapping[str, Sequence[Service]]) -> Finding:
    """Its prefix says whose it was."""
    service = kept.name.removeprefix("/").split("/")[1]
    entries = naming_them.get(service, ())
    sentence = say("no entry names the secret %(name)s; earlier releases may", name=kept.name)
    if kept.used_at:
        sentence = say(
            "no entry names the secret %(name)s, which was read last on %(day)s; earlier releases may",
            name=kept.name,
            day=kept.used_at.date().isoformat(),
        )
    return Finding(service if entries else "", entries[0].owner if entries else "", "unused", sentence, kept.changed_at)
