"""The portal for programs: the same operations as its pages, as JSON below ``/api/v1``.

    operations.py    an operation: its address, what it takes, what it answers; and the table of all of them
    asked.py         what requests carry        told/            what they are answered with
    problems.py      every error (RFC 9457)     idempotency.py   a write that is sent twice is done once
    description.py   the OpenAPI document, made from the table

One blueprint per resource does what the page of the same name does, by the same functions. A token says who asks, and
nothing else does: neither a cookie nor the load balancer's header.
"""

from flask import Flask

from portal.api.about import bp as about
from portal.api.asked_releases import bp as asked_releases
from portal.api.entries import bp as entries
from portal.api.env_files import bp as env_files
from portal.api.releases import bp as releases
from portal.api.runs import bp as runs
from portal.api.services import bp as services

BLUEPRINTS = (about, services, entries, env_files, releases, asked_releases, runs)


def init_app(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
        app.extensions["csrf"].exempt(blueprint)  # no browser sends a token along by itself
