"""The portal: developers register services, edit env files, and watch, deploy and roll back what runs.

    pages/          one blueprint per resource: the same word as its gateway, template folder and test
    api/            the same for programs, as JSON below /api/v1, with its own description
    data/           what pages show, read from AWS and kept with its age: the collector, the list, one service
    registration/   the form that registers a service, made from the model
    text/           Japanese and English, times, next steps
    auth/           who is asking, and what they may do
    security.py     headers, forged requests, sizes
    static_files.py the script and the sheet, which browsers keep for good
    compression.py  text as gzip, and what never is
    request_log.py  a line for each request
    prometheus.py   what it counts of itself
    proxies.py      what is believed of those who pass requests on
    rate_limits.py  how often somebody may write, or fail to sign in
    url_rules.py    addresses, compiled when a page first links to them

A view gets, acts, answers. It holds no boto3 and no try/except: errors are classes, and ``pages/errors.py`` answers
them.
"""

from collections.abc import Callable

from flask import Flask

from portal import api, compression, filters, pages, proxies, rate_limits, request_log, security, static_files, theme
from portal.auth import ways
from portal.auth.bearers import Bearers
from portal.auth.people import People
from portal.context import GatewaysByEnvironment, Portal
from portal.data import environment_view, platform_facts
from portal.data.collector import Collector
from portal.data.log_tails import LogTails
from portal.data.platform_facts import FactsReader
from portal.following import Follower
from portal.foresight import Foresight
from portal.provisioning import Provisioning
from portal.settings import Settings
from portal.text import language, times
from portal.url_rules import PortalApp
from runtime.gateways import Gateways
from service_catalog.catalog import Catalog
from service_catalog.changes import Files, Writer
from service_catalog.git_catalog.catalog import GitCatalog

__all__ = ["Settings", "create_app", "writer"]


def create_app(settings: Settings, catalog: Catalog, gateways: Callable[[str], Gateways]) -> Flask:
    """``gateways`` is asked once per environment, by its name, when a page first needs it."""
    app = PortalApp(__name__, static_folder=None)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    held = app.extensions["slipway"] = _portal(app, settings, catalog, GatewaysByEnvironment(gateways, catalog))
    request_log.init_app(app)
    held.own_metrics.init_app(app)
    if held.follower:
        held.follower.start()
    language.init_app(app)
    times.init_app(app, settings.now)
    theme.init_app(app)
    security.init_app(app, settings)
    compression.init_app(app)
    static_files.init_app(app)
    rate_limits.init_app(app)
    filters.init_app(app)
    pages.init_app(app)
    api.init_app(app)
    proxies.init_app(app, settings.proxies)
    return app


def _portal(app: Flask, settings: Settings, catalog: Catalog, gateways: GatewaysByEnvironment) -> Portal:
    def home() -> Gateways:
        return gateways(settings.home)

    collector = Collector(
        lambda name: environment_view.read(catalog, gateways(name)),
        lambda name: environment_view.unread(catalog, name),
        settings.now,
        settings.fresh_seconds,
    )
    facts = FactsReader(catalog, gateways, settings.home, collector, settings.now, settings.facts_seconds)
    people = People(lambda: home().people.all(), lambda id, seen: home().people.saw(id, seen), settings.now)
    ci, into = ways.ci(settings), writer(settings, catalog)
    return Portal(
        settings=settings,
        catalog=catalog,
        gateways=gateways,
        collector=collector,
        facts=Collector(facts.read, lambda _: platform_facts.unread(), settings.now, platform_facts.AGAIN_SECONDS),
        provisioning=Provisioning(
            settings.run_directory, settings.provision_command, settings.provisions, settings.now
        ),
        writer=into,
        follower=Follower(into, settings.now) if isinstance(into, GitCatalog) and into.remote else None,
        foresight=Foresight(settings.run_directory, settings.preview_command, settings.provisions, settings.now),
        who=ways.way_in(app, settings, lambda: home().sign_outs.all()),
        people=people,
        bearers=Bearers(
            lambda: home().api_tokens.all(),
            lambda id, when: home().api_tokens.used(id, when),
            people.last_seen,
            settings.now,
            ci,
        ),
        ci=ci,
        log_tails=LogTails(settings.now),
    )


def writer(settings: Settings, catalog: Catalog) -> Writer:
    """Raises GitFailed where changes are to be commits and there is no repository."""
    if settings.catalog_changes == "files":
        return Files(catalog)
    return GitCatalog(catalog, settings.catalog_changes, template=settings.pull_request_template)
