"""Where else a container gets a key from: the catalog's entry wins over every file, the first file over the others."""

from collections.abc import Iterable, Mapping

from service_catalog.env_file.grammar import parse
from service_catalog.env_file.problems import shortened
from service_catalog.messages import Message, say


def winners(
    environment: Iterable[str], secrets: Iterable[str], features: Mapping[str, str], earlier: Mapping[str, str]
) -> dict[str, Message]:
    """By key, why a line that sets it has no effect. ``features``: the fields of the entry that set a key themselves;
    ``earlier``: the texts of the files before, by name."""
    found: dict[str, Message] = {}
    for file, text in earlier.items():
        wins = say("No effect: %(file)s.env comes first", file=shortened(file, 24))
        found = dict.fromkeys(parse(text), wins) | found
    found |= {key: say("No effect: the catalog’s `%(field)s` sets it", field=it) for key, it in features.items()}
    found |= dict.fromkeys(secrets, say("No effect: the catalog’s `secrets` win"))
    return found | dict.fromkeys(environment, say("No effect: the catalog’s `environment` wins"))
