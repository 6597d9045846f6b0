"""Objects of which the latest counts: several copies of the portal write one over, and none puts an earlier back."""

from runtime.aws.errors import Absent
from runtime.bucket.objects import Objects
from runtime.bucket.records import Unreadable, parsed
from service_catalog.records.portal import Dated

_JSON = "application/json"
_RACES = 5


def write_latest(objects: Objects, key: str, record: Dated) -> bool:
    """Over what is there, unless that is as late. False where others kept writing the same."""
    for _attempt in range(_RACES):
        try:
            stored = objects.read(key)
        except Absent:
            etag = None
        else:
            etag = stored.etag
            if _is_as_late(key, stored.body, record):
                return True
        if objects.replace(key, record.to_json(), _JSON, etag):
            return True
    return False


def _is_as_late(key: str, body: bytes, record: Dated) -> bool:
    """One that cannot be read is written over."""
    try:
        return parsed(type(record), key, body).when >= record.when
    except Unreadable:
        return False
