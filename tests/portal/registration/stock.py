"""An entry that is registered in tests, as the form sends it and as YAML; and what the form's page says."""

import html
import re

from tests.portal.reading import part, plain

NEW = "/local/services/new"
STOCK = {
    "name": "stock-api",
    "owner": "team-commerce",
    "port": "8080",
    "image.repository": "stock-api",
    "exposure": "on",
    "exposure.audience": "public",
    "exposure.paths": "/stock\r\n/stock/*",
    "compute.cpu": "256",
    "compute.memory_mib": "512",
    "environments": "local",
}
STOCK_YAML = """\
name: stock-api
owner: team-commerce
image:
  repository: stock-api
port: 8080
exposure:
  audience: public
  paths: [/stock, /stock/*]
environments:
  local: {}
"""
WORKER_YAML = STOCK_YAML.split("port:")[0] + "kind: worker\nqueue: { retries: 3 }\nenvironments:\n  local: {}\n"


def answers_on(page: str) -> dict[str, str]:
    """What a browser would post of the page."""
    found = dict.fromkeys(re.findall(r'<textarea [^>]*name="([^"]+)"', page), "")
    for name in found:
        typed = re.search(rf'<textarea [^>]*name="{re.escape(name)}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
        found[name] = html.unescape(typed[1]) if typed else ""
    for tag in re.findall(r"<input [^>]*>", page):
        said = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if "name" in said and (said.get("type") != "checkbox" or " checked" in tag):
            found[said["name"]] = html.unescape(said.get("value", ""))
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]+)"[^>]*>(.*?)</select>', page):
        chosen = re.findall(r"<option selected>([^<]*)", options) or re.findall(r"<option>([^<]*)", options)
        found[name] = html.unescape(chosen[0])
    return found


def paths_of(page: str) -> str:
    return part(page, r'<textarea id="exposure.paths".*?>\n(.*?)</textarea>')


def yaml_of(page: str) -> str:
    return html.unescape(part(page, r'<textarea id="yaml".*?>\n(.*?)</textarea>'))


def seen_of(page: str) -> str:
    return html.unescape(part(page, r'<textarea name="yaml_seen".*?>\n(.*?)</textarea>'))


def problem(page: str, path: str) -> str:
    return plain(part(page, rf'<p id="{re.escape(path)}-problem">(.*?)</p>'))
