"""Takes references to container images apart: ``host:5000/name:tag``, ``host/name@sha256:…``."""

from service_catalog import naming

_SHORT_DIGEST = 19


def repository(reference: str) -> str:
    """Without tag or digest. A colon before the last slash belongs to the registry's port."""
    name = reference.partition("@")[0]
    head, slash, last = name.rpartition("/")
    return head + slash + last.partition(":")[0]


def short(reference: str) -> str:
    """The tag, or the beginning of the digest: the repository is the same on every line."""
    if "@" in reference:
        return reference.partition("@")[2][:_SHORT_DIGEST]
    name = reference.rpartition("/")[2]
    return name.partition(":")[2] or name


def is_placeholder(reference: str) -> bool:
    """It stands in a definition until a release fills it."""
    return reference.endswith(f":{naming.UNRELEASED}")
