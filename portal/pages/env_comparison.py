"""Env files beside each other: any two versions, services and environments, and one file in all environments. Keys are
taken over from here into the editor, where they are checked, reviewed and saved like what is typed."""

from dataclasses import replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal import typed_numbers
from portal.auth.gate import may
from portal.context import portal
from portal.data import env_comparison, env_start, env_texts, service_view
from portal.data.env_comparison import Side
from portal.security import hold_back_from_caches

bp = Blueprint("env_comparison", __name__, url_prefix="/<environment>/services/<service>/env/<file>")


@bp.before_request
def _values_are_on_these_pages() -> None:
    hold_back_from_caches()


@bp.get("/compare")
def compare(environment: str, service: str, file: str) -> ResponseReturnValue:
    """On the right this file, on the left what it is compared with: what runs, unless somebody asks for another."""
    env_texts.entry_with(environment, service, file)
    right = env_comparison.read(environment, service, file, _version("version", file))
    left = _left(environment, service, file, right)
    left, right = env_comparison.guarded(left, right)
    no_version = _no_version(left.file)
    page = render_template(
        "env_files/compare.html",
        no_version=no_version,
        head=service_view.head(environment, service),
        file=file,
        left=left,
        right=right,
        rows=env_comparison.compared(left, right) if left.is_read and right.is_read else [],
        versions=env_texts.gateway(environment).numbers(service, file)[::-1],
        environments=portal().environment_names(),
        services=portal().catalog.service_names(left.environment),
        allowed=may("save-env", service),
        references=env_comparison.references(left, right),
        may_edit=may("edit-entry", service),
    )
    return page, 422 if no_version else 200


def _left(environment: str, service: str, file: str, right: Side) -> Side:
    wanted = Side(
        request.args.get("environment") or environment,
        request.args.get("service", "").strip() or service,
        request.args.get("file", "").strip() or file,
    )
    if told := _no_version(wanted.file):
        return replace(wanted, problem=told)
    version = _version("other", file) or _first_other(environment, service, file, right)
    return env_comparison.read(wanted.environment, wanted.service, wanted.file, version)


def _no_version(file: str) -> str:
    """What is wrong with the version that somebody typed; empty where nothing is."""
    typed = request.args.get("other", "").strip()
    return typed_numbers.no_version(typed, file) if typed and typed_numbers.number(typed) is None else ""


def _first_other(environment: str, service: str, file: str, right: Side) -> int:
    """Of the same file, where nothing else is asked for: the version that runs, else the one before."""
    if any(request.args.get(name) for name in ("environment", "service", "file")):
        return 0
    live = env_texts.live_env(environment, service).get(file, 0)
    return live if live and live != right.version else max(right.version - 1, 1)


@bp.get("/environments")
def environments(environment: str, service: str, file: str) -> str:
    env_texts.entry_with(environment, service, file)
    matrix = env_comparison.matrix(environment, service, file)
    return render_template(
        "env_files/environments.html",
        head=service_view.head(environment, service),  # last: while AWS is silent, it is read while the others wait
        file=file,
        matrix=matrix,
    )


def _version(name: str, file: str) -> int:
    """0 where none is asked for."""
    typed = request.args.get(name, "").strip()
    return env_start.number(typed, file) if typed else 0
