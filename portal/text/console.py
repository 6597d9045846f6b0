"""Pages of AWS's own console that the portal leads to."""

from urllib.parse import quote

from service_catalog import naming
from service_catalog.model import Environment

_HOSTS = {
    "aws": "{region}.console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


def dashboard_address(environment: Environment, name: str) -> str | None:
    """Of a dashboard in CloudWatch; None on the local cloud, which has no console."""
    if environment.name == naming.LOCAL:
        return None
    host = _HOSTS[environment.partition].format(region=environment.region)
    return f"https://{host}/cloudwatch/home?region={environment.region}#dashboards/dashboard/{quote(name)}"
