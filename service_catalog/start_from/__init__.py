"""An entry to begin with, made of what a service has already: a compose file, a task definition of ECS, an env file.

What has no place in an entry, or wants a decision, is never dropped in silence: each of it is a sentence.
"""

from collections.abc import Callable, Mapping

from service_catalog.start_from import compose, env_text, task_definition
from service_catalog.start_from.start import Start

SOURCES: Mapping[str, Callable[[str], Start]] = {
    "compose": compose.read,
    "task-definition": task_definition.read,
    "env": env_text.read,
}
"""Each raises CatalogError for a text that it cannot read."""

__all__ = ["SOURCES", "Start"]
