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


def fields_of(page: str) -> dict[str, str]:
    """What a browser sends of the form of an entry that nobody touched."""
    form = part(page, r'(<form[^>]*id="entry".*?</form>)')
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r' name="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            value = re.search(r' value="([^"]*)"', tag)
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, inner in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r"<option selected>([^<]*)", inner) or re.search(r"<option>([^<]*)", inner)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    for name, inner in re.findall(r'<textarea[^>]*? name="([^"]*)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(inner)
    return {name: value for name, value in found.items() if name != "csrf_token"}
