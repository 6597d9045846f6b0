"""What a sample program hears from the services that its settings lead to."""

import json
import os
import urllib.error
import urllib.request

ASKED_BY = "X-Asked-By"
_SECONDS = 2
_NOT_OURS = ("AWS_", "ECS_", "QUEUE_")


def answers(asker: str) -> dict[str, str]:
    """By variable ``…_URL`` with a plain HTTP address: who answered there, or why nobody did."""
    wanted = {
        name: value for name, value in os.environ.items() if name.endswith("_URL") and value.startswith("http://")
    }
    return {name: _answer(value, asker) for name, value in wanted.items() if not name.startswith(_NOT_OURS)}


def _answer(address: str, asker: str) -> str:
    request = urllib.request.Request(address, headers={"Accept": "application/json", ASKED_BY: asker})
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            said = json.load(answer)
    except urllib.error.HTTPError as error:
        return f"{error.code}: {error.read(200).decode(errors='replace')}"
    except urllib.error.URLError as error:
        return str(error.reason)
    except (OSError, ValueError) as error:
        return str(error) or type(error).__name__
    return f"{said.get('service')} {said.get('image_tag')}" if isinstance(said, dict) else "no sample program"
