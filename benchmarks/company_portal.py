"""The portal as it is served, over the company: ``python -m benchmarks.company_portal '{"port": …, "directory": …}'``.

With ``silent`` the AWS is an address that takes every request and never answers.
"""

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks import company
from cli.portal_server import PortalServer
from portal import Settings, create_app
from runtime.aws.clients import Clients
from runtime.gateways import Access, Gateways
from service_catalog.catalog import Catalog

SERVICES = 1000


_NOBODY = Access(access_key_id="x", secret_access_key="x")
_CLIENTS = (
    "s3",
    "ecs",
    "logs",
    "cloudwatch",
    "scheduler",
    "sns",
    "sqs",
    "stepfunctions",
    "ecr",
    "ssm",
    "secretsmanager",
)
"""Those that the pages of services build, for their memory: the company's AWS needs none"""


def _build_clients(aws: Clients) -> None:
    for service in _CLIENTS:
        aws.client(service)


class CompanyServer(PortalServer):
    silent: str = ""

    def make_app(self) -> Any:
        def connect(name: str) -> Any:
            environment = self._catalog.environment(name)
            if self.silent:
                access = Access(self.silent, access_key_id="x", secret_access_key="x", gives_up=True)
                return Gateways.connect(environment, access)
            _build_clients(Clients(environment.region, _NOBODY))
            return company.Aws(environment, SERVICES)

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
