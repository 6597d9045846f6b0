"""``slipway cost``: what an environment and its services cost a month, by the price table in the repository."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from cli.errors import Refusal, did_you_mean, report_errors
from cli.json_document import say_json
from cli.options import catalog_directory, environment, state_directory
from cli.which_catalog import catalog_of
from service_catalog import naming
from service_catalog.cost import estimate
from service_catalog.cost.break_evens import break_evens
from service_catalog.cost.estimate import Estimate
from service_catalog.cost.prices import HOURS, NoPrices, prices
from service_catalog.model import Environment, Service

Row = tuple[str, float, float]


@click.command()
@environment
@click.argument("service", metavar="[SERVICE]", required=False)
@catalog_directory
@state_directory
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--json", "form", flag_value="json", help="As --format json.")
@report_errors
def cost(
    environment: str, service: str | None, catalog_directory: Path | None, state_directory: Path, form: str
) -> None:
    """Estimate what ENV, or one SERVICE of it, costs a month: from its fewest tasks to its most.

    By list prices on demand, from the table in service_catalog/cost/prices.yaml. Nothing is asked of AWS.
    """
    catalog = catalog_of(environment, catalog_directory, state_directory)
    where = catalog.environment(environment)
    services = catalog.services(environment)
    balancers = catalog.further_load_balancers(environment)
    try:
        if service:
            chosen = _chosen(service, services, environment)
            beside = [it for it in services if it is not chosen]
            found = {service: estimate.of_service(chosen, where, beside, balancers)}
        else:
            found = {"": estimate.of_environment(where, balancers)} | {it.name: _own(it, where) for it in services}
        further = [] if service else break_evens(where)
    except NoPrices as error:
        raise Refusal(str(error)) from error
    if form == "json":
        say_json(_as_json(found, further))
    else:
        click.echo("\n".join(_text(where, found, further)))


def _own(service: Service, where: Environment) -> Estimate:
    """Load balancers stand among what the services share."""
    return estimate.of_service(service, where).own


def _chosen(name: str, services: Iterable[Service], environment: str) -> Service:
    known = {it.name: it for it in services}
    if name not in known:
        raise Refusal(f"there is no service '{name}' in {environment}{did_you_mean(name, list(known))}")
    return known[name]


def _text(where: Environment, found: dict[str, Estimate], further: Iterable[str]) -> Iterator[str]:
    yield f"US dollars a month ({HOURS} hours), on demand in {where.region}, by prices of {prices().as_of}"
    if where.name == naming.LOCAL:
        yield "The local cloud costs nothing: this is what AWS would ask for the same."
    yield ""
    yield from _table(_rows(found))
    yield ""
    left_out = sorted({str(it) for one in found.values() for it in one.left_out})
    yield from _list("Left out, besides discounts and free tiers:", left_out)
    yield from _list("What decides:", further)


def _list(title: str, entries: Iterable[str]) -> Iterator[str]:
    lines = [f"  {it}" for it in entries]
    yield from [title, *lines] if lines else []


def _rows(found: dict[str, Estimate]) -> Iterator[Row]:
    """Of one service its lines; of an environment what is shared, line by line, and a line for each service."""
    is_whole = "" in found
    for name, one in found.items():
        if name and is_whole:
            yield name, one.low, one.high
        else:
            yield from ((str(line.what), line.low, line.high) for line in one.lines)
    yield "in all", sum(it.low for it in found.values()), sum(it.high for it in found.values())


def _table(rows: Iterable[Row]) -> Iterator[str]:
    cells = [("", "from", "to"), *((what, f"{low:,.2f}", f"{high:,.2f}") for what, low, high in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(3)]
    for what, low, high in cells:
        yield f"{what.ljust(widths[0])}  {low.rjust(widths[1])}  {high.rjust(widths[2])}"


def _as_json(found: dict[str, Estimate], further: Iterable[str]) -> dict[str, Any]:
    def lines(one: Estimate) -> list[dict[str, Any]]:
        return [{"what": str(it.what), "low": round(it.low, 2), "high": round(it.high, 2)} for it in one.lines]

    return {
        "prices_of": prices().as_of.isoformat(),
        "estimates": [
            {"service": name or None, "lines": lines(one), "left_out": [str(it) for it in one.left_out]}
            for name, one in found.items()
        ],
        "notes": [str(it) for it in further],
    }
