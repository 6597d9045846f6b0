"""What every command on one service of an environment begins with."""

from pathlib import Path

from cli import connection
from cli.errors import Refusal, did_you_mean
from cli.which_catalog import catalog_of
from deploy.wanted import problems_of
from runtime.gateways import Gateways
from service_catalog.problems import CatalogError


def gateways_of(environment: str, service: str, catalog_directory: Path, state_directory: Path) -> Gateways:
    """Raises Refusal, or CatalogError, for a service that is not there.

    Its entry is not read: what runs can be released and rolled back while an entry is broken.
    """
    catalog = catalog_of(environment, catalog_directory, state_directory)
    where = catalog.environment(environment)
    known = catalog.service_names(environment)
    if service not in known:
        if problems := problems_of(catalog, [service]):  # such as a typo in the environment's name
            raise CatalogError(problems)
        raise Refusal(f"there is no service '{service}' in {environment}{did_you_mean(service, known)}")
    return connection.gateways(where, state_directory)
