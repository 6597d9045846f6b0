"""What is known of an answer while it is typed: whether the name is free, which sizes there are and what they cost,
which images, how much room is left. AWS is asked for images and for the history of a name that is free, and what it
said is kept for a while."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.auth.gate import person
from portal.context import portal
from portal.data import owners, service_view
from portal.registration import form
from portal.registration.draft import Draft
from portal.registration.ownership import name_problem
from portal.text.language import _, ngettext
from portal.text.translate import said
from runtime.aws.errors import GatewayError
from runtime.platform.quotas import SUBNET_ADDRESSES
from service_catalog.arns import repository_uri
from service_catalog.cost.sizes import Size, sizes
from service_catalog.files.unexpected import is_name
from service_catalog.model import Compute, Image
from service_catalog.naming import RESERVED_SERVICE_NAMES, SERVICE_NAME_MAX
from service_catalog.validation.pydantic_errors import near_name


@dataclass(frozen=True)
class Known:
    """Beside each answer."""

    name: "NameKnown | None"
    sizes: list[Size]
    repository: str
    room: list[str]


def of(environment: str, wanted: Draft, *, with_images: bool = True) -> Known:
    """``with_images``: not before somebody asks, since a page that is only opened waits for no registry"""
    return Known(
        name=None if wanted.service else _name(environment, wanted),
        sizes=_sizes(environment, wanted),
        repository=_repository(environment, wanted.answers.get("image.repository", "")) if with_images else "",
        room=_room(environment),
    )


@dataclass(frozen=True)
class NameKnown:
    text: str
    is_taken: bool = False
    better: str = ""
    """What it could be instead, and is free"""


def _name(environment: str, wanted: Draft) -> NameKnown | None:
    """A name that is free may have a history, which is others'."""
    found = _free_or_taken(environment, wanted.answers.get("name", ""))
    if found and not found.is_taken and not found.better and (problem := name_problem(wanted, person())):
        return NameKnown(_("%(problem)s: %(hint)s.", problem=problem[0], hint=problem[1]), is_taken=True)
    return found


def _free_or_taken(environment: str, typed: str) -> NameKnown | None:
    """Of a new service. None while nothing is typed, and where only the catalog's own check has something to say."""
    name = typed.strip()
    meant = name if _may_be_one(name) else near_name(name)
    if not _may_be_one(meant):
        return None
    if where := _where(meant):
        owner = owners.owner_of(where[0], meant) or _("nobody")
        told = {"name": meant, "owner": owner, "environments": _(", ").join(where)}
        return NameKnown(_("%(name)s is taken: %(owner)s has it in %(environments)s.", **told), is_taken=True)
    if meant == name:
        return NameKnown(_("No service is called %(name)s yet.", name=name))
    return NameKnown(_("It could be called %(name)s, as no service is yet.", name=meant), better=meant)


def _may_be_one(name: str) -> bool:
    return is_name(name) and len(name) <= SERVICE_NAME_MAX and name not in RESERVED_SERVICE_NAMES


def _where(name: str) -> list[str]:
    """Environments that have it: by the catalog, or still in AWS, as the list has it."""
    catalog = portal().catalog
    has_entry = catalog.environments_of(name)
    return [it for it in catalog.environment_names() if it in has_entry or name in _listed(it)]


def _listed(environment: str) -> Collection[str]:
    held = portal().collector.held(environment)
    return held.value.rows if held else ()


def _sizes(environment: str, wanted: Draft) -> list[Size]:
    """Of the capacity that is chosen. A capacity that is none has no sizes."""
    given = form.mapping(wanted.answers).get("compute") or {}
    chosen = {name: given[name] for name in ("capacity", "architecture", "storage_gib") if name in given}
    try:
        compute = Compute.model_validate(chosen)
    except ValueError:
        return []
    return list(sizes(compute, portal().catalog.environment(environment)))


def _repository(environment: str, typed: str) -> str:
    """Whether there is something to deploy: to register a service before its first image is fine."""
    where = portal().catalog.environment(environment)
    try:
        repository = repository_uri(Image(repository=typed.strip()), where)
    except ValueError:
        return ""
    try:
        found = service_view.tags(environment, repository)
    except GatewayError:
        return _("Its images could not be looked up now.")
    if not found.tags:
        return said(found.note)
    return _("Newest tags: %(tags)s", tags=_(", ").join(it.tag for it in found.tags[:_TAGS]))


_TAGS = 3


def _room(environment: str) -> list[str]:
    """At the load balancers, by the lock; in the subnets of tasks, as AWS said last."""
    rules = portal().catalog.rules_left(environment)
    audiences = {"public": _("public"), "internal": _("internal")}
    told = [
        ngettext(
            "%(num)s rule left at the %(audience)s load balancer",
            "%(num)s rules left at the %(audience)s load balancer",
            left,
            audience=audiences[audience],
        )
        for audience, left in rules.items()
    ]
    return [*told, *_addresses(environment)]


def _addresses(environment: str) -> list[str]:
    """Each task takes one. The platform's page asks for them, and for this one they are looked up behind it."""
    held = portal().facts.look(environment)
    found = [it for it in held.value.quotas if it.what == SUBNET_ADDRESSES] if held else []
    known = [it.limit - it.used for it in found if it.limit is not None and it.used is not None]
    if not known:
        return []
    left = int(sum(known))
    return [ngettext("%(num)s address left for tasks", "%(num)s addresses left for tasks", left)]
