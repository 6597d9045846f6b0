"""The arrows of the house: who may import whom. See the picture in the README."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {
    "service_catalog": {"service_catalog"},
    "runtime": {"runtime", "service_catalog"},
    "infra": {"infra", "service_catalog"},
    "deploy": {"deploy", "runtime", "service_catalog"},
    "local_cloud": {"local_cloud"},
    "portal": {"portal", "runtime", "service_catalog"},
    "cli": {"cli", "service_catalog", "runtime", "deploy", "local_cloud", "portal"},
}
EMULATORS = {"ministack", "moto", "hypercorn", "werkzeug", "cryptography"}
SIGN_IN = {"authlib", "joserfc", "requests"}
OUTSIDE = {
    "service_catalog": {"pydantic", "pydantic_core", "yaml"},
    "runtime": {"boto3", "botocore", "urllib3"},  # the last for the errors that botocore lets through
    "infra": {"pulumi", "pulumi_aws"},
    "deploy": {"pulumi.automation"},
    "local_cloud": {"pulumi", "google", "grpc", "boto3", "botocore", "jmespath", "psutil", *EMULATORS},
    "portal": {"flask", "flask_wtf", "werkzeug", "jinja2", "markupsafe", "babel", "pydantic", "limits", *SIGN_IN},
    "cli": {"click", "rich", "gunicorn"},
}
"""``pulumi.automation`` allows that module and what is below it, not the rest of the package."""


def imported(text: str) -> Iterator[str]:
    """Dotted names of every import in a source, also of those inside functions and of names taken from a package."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_allowed(room: str, name: str) -> bool:
    top = name.partition(".")[0]
    if top in ROOMS:
        return top in ROOMS[room]
    return top in sys.stdlib_module_names or any(f"{name}.".startswith(f"{each}.") for each in OUTSIDE[room])


@pytest.mark.parametrize("room", ROOMS)
def test_imports_follow_the_arrows(room):
    sources = sorted((ROOT / room).rglob("*.py"))

    strays = {
        f"{source.relative_to(ROOT)} imports {name}"
        for source in sources
        for name in imported(source.read_text())
        if not is_allowed(room, name)
    }

    assert sources
    assert strays == set()


def test_every_package_is_a_room_of_the_table():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages == set(ROOMS)


@pytest.mark.parametrize(
    ("room", "name"),
    [
        ("infra", "runtime.gateways"),
        ("runtime", "infra"),
        ("portal", "boto3"),
        ("cli", "flask"),
        ("deploy", "infra.stack_name"),
        ("deploy", "pulumi.Output"),
        ("local_cloud", "service_catalog.naming"),
        ("service_catalog", "boto3"),
        ("cli", "infra"),
    ],
)
def test_an_arrow_that_points_up_is_refused(room, name):
    assert not is_allowed(room, name)


def test_imports_inside_functions_count():
    assert list(imported("def late():\n    from pulumi import automation\n    import boto3")) == [
        "pulumi.automation",
        "boto3",
    ]
