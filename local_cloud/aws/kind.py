"""The form of a row: what one Pulumi type is in terms of AWS operations.

Rows are data. ``lifecycle`` carries them out, ``shapes.fit`` finds the arguments. Templates (``"{id}"``,
``"arn:{partition}:ec2:{region}:{account}:vpc/{id}"``) are filled from a resource's inputs, outputs and id; paths
(``"Vpcs[0]"``) are JMESPath expressions over an answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local_cloud.aws.cloud import Cloud, input_shape
from local_cloud.aws.shapes import Names, members_taking

Values = Mapping[str, Any]

DEFAULTED = "__defaults"
"""Where Pulumi's providers keep, among the inputs, which of them the provider itself has filled in."""


@dataclass(frozen=True)
class Call:
    """An operation, and which properties it brings about: those botocore says it knows, and those in ``takes``."""

    operation: str
    at: Mapping[str, Any] = field(default_factory=dict)
    """Arguments that say which resource is meant: templates."""
    names: Names = field(default_factory=dict)
    takes: str = ""
    """Properties that ``reshape`` brings into the form of the operation."""
    reshape: Callable[[dict[str, Any]], dict[str, Any]] = lambda properties: properties
    together: str = ""
    """Properties that AWS keeps as one: when one of them changes, all are sent. ``"*"`` is every property it takes."""
    always: str = ""
    """Properties that go along whenever the call is made, and that are no reason to make it."""
    each: bool = False
    """The operation takes one property at a time."""
    off: str = ""
    """The operation for when the property is absent or false."""

    def accepts(self, service: str, prop: str, names: Names) -> bool:
        if prop in self.takes.split():
            return True
        return bool(members_taking(input_shape(service, self.operation), prop, {**names, **self.names}) - set(self.at))


@dataclass(frozen=True)
class Step:
    """A change that no single operation makes: ``run(cloud, id, old, new)``."""

    takes: str
    run: Callable[[Cloud, str, Values, Values], None]
    on_create: bool = False
    """Also to be run on every new resource, whatever its inputs."""

    def accepts(self, service: str, prop: str, names: Names) -> bool:
        return prop in self.takes.split()


@dataclass(frozen=True)
class Look:
    """How a resource is described. No answer at ``path`` means that it is gone."""

    operation: str
    at: Mapping[str, Any]
    path: str = "@"


@dataclass(frozen=True)
class Named:
    """The property that names the resource. Left out, it becomes the logical name and seven random digits."""

    prop: str = "name"
    longest: int = 255
    form: str = "{}"
    """Where AWS wants more than a plain name: ``alias/{}``."""
    lower: bool = False


@dataclass(frozen=True)
class Kind:
    token: str
    service: str
    create: Call
    id: str
    """A path in what ``create`` answers, or a template."""
    look: Look
    delete: Call | Callable[[Cloud, str, Values], None] | None = None
    """None: there is nothing to delete."""
    updates: tuple[Call | Step, ...] = ()
    fixed: str = ""
    """Properties whose change takes a new resource, as with the real provider."""
    local: str = ""
    """Properties that tell the provider how to go about it, and that AWS never hears of."""
    names: Names = field(default_factory=dict)
    made: str | None = None
    """Where the answer of ``create`` describes the resource as ``look`` would (a path, or a template of one); None when
    it does not."""
    outputs: Mapping[str, str | Callable[[str], str]] = field(default_factory=dict)
    """Property -> path in the description, template, or function of the id."""
    named: Named | None = None
    tags: str | None = None
    """What the tag operations of the service call this resource: a template."""
    lists_tags: bool = False
    """Its tags are a list that says more of each: the provider's default tags are none of it."""
    absent: Mapping[str, Any] = field(default_factory=dict)
    """What a property is when a program no longer gives it, where that is not simply empty."""
    unique: str = ""
    """Properties that, besides a name, no two resources may share: the old one goes before the new one comes."""
    find: Look | Callable[[Cloud, Values], str | None] | None = None
    """How an interrupted create is found: another look, or a function that answers an id. None for kinds that nothing
    tells apart, and for those whose id is a template of their inputs."""
    imported: str = ""
    """How ``pulumi import`` names one, where ``look`` asks for more than an id: a regular expression, whose groups are
    what ``look`` is told."""
    settle: Callable[[Cloud, dict[str, Any]], dict[str, Any]] | None = None
    """Follows what ``create`` began to its end, and answers the description."""
    complete: Callable[[Cloud, Values, dict[str, Any]], dict[str, Any] | None] = lambda cloud, inputs, described: (
        described
    )
    """Adds to a description what is only told elsewhere. None: it speaks of others, and the resource is gone."""
    before_delete: Callable[[Cloud, str, Values], None] | None = None
    kept_if: str = ""
    """A property that, when true, has ``delete`` leave the resource alone."""

    def accepts(self, call: Call | Step, prop: str) -> bool:
        return call.accepts(self.service, prop, self.names)

    @property
    def is_taggable(self) -> bool:
        return self.tags is not None or self.can_update("tags")

    @property
    def has_default_tags(self) -> bool:
        return self.is_taggable and not self.lists_tags

    @property
    def is_regional(self) -> bool:
        return self.service not in ("iam", "route53")

    def can_update(self, prop: str) -> bool:
        return any(self.accepts(call, prop) for call in self.updates)

    def is_fixed(self, prop: str) -> bool:
        return prop == "region" or prop in self.fixed.split()

    def knows(self, prop: str) -> bool:
        if prop == "namePrefix" and self.named:
            return True
        if prop in ("tags", "tagsAll"):
            return self.is_taggable
        if prop == "region":
            return self.is_regional
        return prop in (*self.fixed.split(), *self.local.split(), DEFAULTED) or self.can_update(prop)
