"""Reads pages as people do: the words, the cells of a row, what stands in an editor."""

import html
import re

from flask.testing import FlaskClient


def text_of(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def plain(page: str) -> str:
    """The words of a page, without tags."""
    body = re.sub(r"<(script|svg).*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", body))).strip()


def rows(page: str) -> dict[str, list[str]]:
    """The cells of the rows that are shown, by their first. End tags that HTML does not need may be missing."""
    found: dict[str, list[str]] = {}
    for attributes, cells in re.findall(r"<tr([^>]*)>(.*?)(?=<tr|</tbody|</table)", page, re.DOTALL):
        said = [tidy(cell) for cell in re.split(r"(?=<t[hd][ >])", cells)[1:]]
        if said and " hidden" not in attributes:
            found.setdefault(said[0], said)
    return found


def row(page: str, name: str) -> list[str]:
    return rows(page)[name]


def tidy(cell: str) -> str:
    return plain(cell).replace(" ,", ",")


def drawn(client: FlaskClient, review: str) -> dict[str, str]:
    """What the form of a review says of the moment when it was drawn."""
    return dict(re.findall(r'name="(seen|after)" value="([^"]+)"', text_of(client, review)))


def typed(page: str) -> str:
    """What stands in the editor of an env file."""
    return html.unescape(part(page, r'<textarea id="text".*?>\n(.*?)</textarea>'))


def part(page: str, pattern: str) -> str:
    """What the group of the pattern holds, which may go over many lines."""
    found = re.search(pattern, page, re.DOTALL)
    assert found, f"the page has no {pattern}"
    return found[1]
