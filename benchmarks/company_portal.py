"""The portal as it is served, over the company: ``python -m benchmarks.company_portal '{"port": …, "directory": …}'``.

With ``silent`` the AWS is an address that takes every request and never answers. Without, its list is read from the
company, and whatever else pages ask is refused at once: their clients are built, which is what they take of memory.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import company
from cli.portal_server import PortalServer
from portal import Settings, create_app
from runtime.aws.clients import Clients
from runtime.gateways import Access, Gateways
from service_catalog.catalog import Catalog

SERVICES = 1000


_NOWHERE = "http://127.0.0.1:1"
_CLIENTS = ("s3", "ecs", "logs", "cloudwatch", "scheduler")
"""Those that read the list: the company's needs none"""


class CompanyServer(PortalServer):
    silent: str = ""

    def make_app(self) -> Any:
        def connect(name: str) -> Any:
            environment = self._catalog.environment(name)
            access = Access(self.silent or _NOWHERE, access_key_id="x", secret_access_key="x", gives_up=True)
            gateways = Gateways.connect(environment, access)
            if self.silent:
                return gateways
            aws = Clients(environment.region, access)
            for service in _CLIENTS:
                aws.client(service)
            return replace(gateways, snapshots=company.Aws(environment, SERVICES))  # type: ignore[arg-type]

        return create_app(self._settings, self._catalog, connect)


def main() -> None:
    said = json.loads(sys.argv[1])
    directory = Path(said["directory"])
    settings = Settings(run_directory=directory / "run", port=said["port"], sign_in="sample")
    server = CompanyServer(settings, Catalog(directory / "catalog"), directory)
    server.silent = said.get("silent", "")
    server.run()


if __name__ == "__main__":
    main()
