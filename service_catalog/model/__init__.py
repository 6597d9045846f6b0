"""What a catalog entry may say: a service and an environment, as frozen, strict models.

Nothing is coerced (``port: "80"`` is told, not guessed) and unknown keys are refused. Rules of one field stand here,
rules where fields meet in ``validation``, those between entries in ``listener_rules``. Each description is what the
table of ``docs/catalog.md``, the JSON Schema and the portal's form show. A field that only some kinds of service have
says so in its type: ``OfWeb[...]``. ``environments:`` is no field here: ``overrides.py`` merges it away before an entry
is read.
"""

from service_catalog.model.capacity import Between, Ec2Capacity, ManagedInstances
from service_catalog.model.compute import Compute, Scaling, ScalingStep, ScheduledLimits, Spot, Tasks
from service_catalog.model.container import Image, Secret, Sidecar, SidecarHealth, Volume
from service_catalog.model.deployment import (
    DEFAULT_BAKE_MINUTES,
    SHIFTING,
    Approval,
    BeforeRelease,
    Canary,
    Deployment,
    Linear,
)
from service_catalog.model.discovery import CloudMap, ServiceConnect
from service_catalog.model.entry import Entry, Kind, OfWorker, OnlyFor, Sets
from service_catalog.model.environment import Environment, LogArchive, Protection, Registry, partition_of, registry_host
from service_catalog.model.exposure import Authorizer, Exposure, Health, Route, SignIn, Sticky, TokenCheck
from service_catalog.model.logs import LogRoute, Logs, Multiline
from service_catalog.model.network import ExistingNetwork, FlowLogs, Network
from service_catalog.model.permissions import Permission, Statement
from service_catalog.model.receivers import AlarmReceivers, Chat, Events
from service_catalog.model.service import Alarms, Service
from service_catalog.model.values import PRIVATE_RANGES
from service_catalog.model.ways_in import (
    Api,
    ApiAuthorizer,
    AuthorizerFunction,
    ClientSecret,
    Cors,
    Domain,
    IdentityProvider,
    InternalDomain,
    ListenerForTests,
    LoadBalancers,
    NetworkLoadBalancer,
    ResponseHeaders,
    Throttling,
    Waf,
    Zone,
)
from service_catalog.model.work import Queue, Run, Schedule

__all__ = [
    "DEFAULT_BAKE_MINUTES",
    "PRIVATE_RANGES",
    "SHIFTING",
    "AlarmReceivers",
    "Alarms",
    "Api",
    "ApiAuthorizer",
    "Approval",
    "Authorizer",
    "AuthorizerFunction",
    "BeforeRelease",
    "Between",
    "Canary",
    "Chat",
    "ClientSecret",
    "CloudMap",
    "Compute",
    "Cors",
    "Deployment",
    "Domain",
    "Ec2Capacity",
    "Entry",
    "Environment",
    "Events",
    "ExistingNetwork",
    "Exposure",
    "FlowLogs",
    "Health",
    "IdentityProvider",
    "Image",
    "InternalDomain",
    "Kind",
    "Linear",
    "ListenerForTests",
    "LoadBalancers",
    "LogArchive",
    "LogRoute",
    "Logs",
    "ManagedInstances",
    "Multiline",
    "Network",
    "NetworkLoadBalancer",
    "OfWorker",
    "OnlyFor",
    "Permission",
    "Protection",
    "Queue",
    "Registry",
    "ResponseHeaders",
    "Route",
    "Run",
    "Scaling",
    "ScalingStep",
    "Schedule",
    "ScheduledLimits",
    "Secret",
    "Service",
    "ServiceConnect",
    "Sets",
    "Sidecar",
    "SidecarHealth",
    "SignIn",
    "Spot",
    "Statement",
    "Sticky",
    "Tasks",
    "Throttling",
    "TokenCheck",
    "Volume",
    "Waf",
    "Zone",
    "partition_of",
    "registry_host",
]
