"""Where this machine reaches a service of the local cloud: load balancers and APIs have ports here, no DNS names."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from cli import connection
from local_cloud.cloud import LocalCloud, NotRunning
from runtime.aws.errors import GatewayError
from runtime.gateways import Gateways
from service_catalog import naming
from service_catalog.catalog import Catalog
from service_catalog.model import Service


def local_url(cloud: LocalCloud, service: Service, url: str, gateways: Gateways) -> str:
    """``url`` as provisioned. Its host is the load balancer or the API, or one that only those know.

    Raises NotRunning, GatewayError.
    """
    asked = urlsplit(url)
    host, path = asked.hostname or "", asked.path or "/"
    if asked.scheme in ("tcp", "tls", "udp"):
        scheme = asked.scheme.replace("tls", "tcp")  # nothing is encrypted here
        try:
            return f"{scheme}://{cloud.address(asked.netloc)}"
        except NotRunning:
            return f"{scheme}://{cloud.address(f'{_leading_to(service, gateways)}:{asked.port}')}"
    # Of a load balancer a port is a listener; that of an API is the emulator's.
    is_api = service.exposure is not None and service.exposure.via == "api-gateway"
    port = f":{asked.port}" if asked.port and not is_api else ""
    try:
        return cloud.url(f"{host}{port}", path)
    except NotRunning:
        return cloud.url(f"{_leading_to(service, gateways)}{port}", path, host.replace("*", "any"))


def address_of(catalog: Catalog, state: Path) -> Callable[[str, Service, str], str]:
    """What the portal asks: environment, entry, URL as provisioned."""

    def found(environment: str, service: Service, url: str) -> str:
        if environment != naming.LOCAL:
            return url
        try:
            return local_url(
                LocalCloud(state), service, url, connection.gateways(catalog.environment(environment), state)
            )
        except (NotRunning, GatewayError):
            return url

    return found


def _leading_to(service: Service, gateways: Gateways) -> str:
    """By its own name"""
    provisioned = gateways.provisioned.environment()
    if provisioned is None or service.exposure is None:
        raise NotRunning(f"nothing leads to {service.name}")
    if service.exposure.via == "api-gateway":
        return str(urlsplit(provisioned.exports["api"]["endpoint"]).hostname)
    if service.exposure.via == "nlb":
        return str(provisioned.exports[f"{service.exposure.audience}_nlb"]["dns_name"])
    reach = gateways.provisioned.read(service.name).reach
    if reach and reach.load_balancer:
        return reach.load_balancer
    return str(provisioned.exports[service.exposure.audience]["load_balancer_dns_name"])
