"""A repository with a catalog in a folder of it, pushed to a bare remote, and the clone of the portal."""

import subprocess
from pathlib import Path

import pytest

from service_catalog.catalog import Catalog
from service_catalog.changes import Author, Change
from service_catalog.git_catalog.catalog import GitCatalog, Way
from tests.service_catalog.conftest import entry

ME = Author("Sato Yui", "sato@example.com")
ENVIRONMENT = 'name: dev\naccount_id: "123456789012"\nregion: ap-northeast-1\n'


def git(directory: Path, *words: str) -> str:
    who = ("-c", "user.name=Ito Haruka", "-c", "user.email=ito@example.com")
    found = subprocess.run(["git", *who, *words], cwd=directory, check=True, capture_output=True, text=True)
    return found.stdout.strip()


def an_entry(name: str, paths: str = "") -> str:
    return entry(name, *filter(None, [paths])).replace("dev: {}, prod: {}", "dev: {}")


class Company:
    def __init__(self, directory: Path):
        self.remote, self.clone, self.theirs = directory / "remote.git", directory / "portal", directory / "theirs"
        git(directory, "init", "--quiet", "--bare", "--initial-branch=main", str(self.remote))
        git(directory, "clone", "--quiet", str(self.remote), str(self.theirs))
        where = self.theirs / "platform"
        (where / "environments").mkdir(parents=True)
        (where / "services").mkdir()
        (where / "services" / ".keep").touch()
        (where / "environments" / "dev.yaml").write_text(ENVIRONMENT)
        Catalog(where).add("orders", an_entry("orders"))
        git(self.theirs, "checkout", "--quiet", "-B", "main")
        self.they_push("begin")
        git(directory, "clone", "--quiet", str(self.remote), str(self.clone))
        self.catalog = Catalog(self.clone / "platform")

    def they_push(self, message: str, branch: str = "main") -> None:
        git(self.theirs, "add", "--all")
        git(self.theirs, "commit", "--quiet", "--message", message)
        git(self.theirs, "push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")

    def their_catalog(self) -> Catalog:
        git(self.theirs, "fetch", "--quiet", "origin")
        git(self.theirs, "reset", "--quiet", "--hard", "origin/main")
        return Catalog(self.theirs / "platform")

    def writer(self, way: Way = "commit", **more: str) -> GitCatalog:
        return GitCatalog(self.catalog, way, **more)

    def log(self, form: str, ref: str = "main") -> list[str]:
        return git(self.remote, "log", f"--format={form}", ref).splitlines()

    def hook(self, where: Path, name: str, script: str) -> None:
        hook = where / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\n{script}\n")
        hook.chmod(0o755)


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def added(name: str) -> Change:
    return Change(name, an_entry(name), None, f"{name}: registered")
