"""Which engine runs an environment's stacks, and where its AWS is: the one place where ``local`` differs."""

import getpass
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from cli.options import REPOSITORY
from deploy.engine import Engine, EngineRefused
from local_cloud.cloud import ACCOUNT_ID, SECRET, LocalCloud, NotRunning
from runtime.aws.errors import Unreachable
from runtime.bucket.audit import came_from
from runtime.gateways import Access, Gateways, Role
from service_catalog import naming
from service_catalog.model import Environment
from service_catalog.records.audit import Origin


def gateways(environment: Environment, state: Path, *, for_pages: bool = False) -> Gateways:
    """Raises Unreachable for ``local`` while the local cloud does not run. Commands have the rights of their shell; the
    portal takes on the role that the environment names."""
    where = access(environment.name, state)
    if not for_pages:
        return Gateways.connect(environment, where)
    return Gateways.connect(environment, replace(where, gives_up=True, role=_role(environment)))


def _role(environment: Environment) -> Role | None:
    if environment.access_role_arn is None:
        return None
    return Role(
        environment.access_role_arn, environment.access_external_id or "", lambda: came_from.get(Origin()).person
    )


def access(environment: str, state: Path) -> Access:
    """Other environments than ``local`` take what boto3 finds by itself: profile, role, region."""
    if environment != naming.LOCAL:
        return Access()
    try:
        addresses = LocalCloud(state).addresses
    except NotRunning as error:
        raise Unreachable(str(error)) from error
    return Access(addresses.endpoint_url, addresses.endpoints, ACCOUNT_ID, SECRET)


def engine(environment: Environment, state: Path) -> Engine:
    """Raises EngineRefused when the engine is not there."""
    if environment.name == naming.LOCAL:
        from cli.embedded_engine import LocalEngine

        cloud = LocalCloud(state)
        found = LocalEngine(cloud, environment.region)
        if found.lost():
            raise EngineRefused(f"{found.lost()}; `{cloud.command('down')}`, then `{cloud.command('up')}` mends it")
        return found
    from deploy.pulumi_engine import PulumiEngine

    return PulumiEngine(REPOSITORY)


def pace(environment: str) -> Callable[[float], None]:
    """How a watcher sleeps between looks: the local cloud has no API limits, and ends a rollout in a second."""
    return (lambda seconds: time.sleep(min(seconds, 0.2))) if environment == naming.LOCAL else time.sleep


def me() -> str:
    """Who is asking, as records keep it: by number where there is no name, as in an image."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
