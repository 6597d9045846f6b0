"""How many tasks of a service there may be at once: by its ``tasks``, and by the times of its ``scaling.schedule``."""

from service_catalog.model import Service
from service_catalog.yaml_text.locations import Path


def fewest_tasks(service: Service) -> int:
    return min([service.tasks.min, *(it.min for it in service.scaling.schedule if it.min is not None)])


def most_tasks(service: Service) -> tuple[int, Path]:
    """And where the entry says so."""
    tasks = service.tasks
    most: tuple[int, Path] = (tasks.max, ("tasks", "max")) if tasks.max else (tasks.min, ("tasks", "min"))
    for index, said in enumerate(service.scaling.schedule):
        if said.max and said.max > most[0]:
            most = (said.max, ("scaling", "schedule", index, "max"))
    return most
