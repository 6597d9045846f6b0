"""What Pulumi provisioned last: the records it leaves in the config bucket, after everything else stood.

They are where a release starts from, so nobody releases a half-provisioned service. Only Pulumi writes them.
"""

from collections.abc import Mapping

from runtime.aws.errors import Absent
from runtime.bucket.cached_listing import CachedListing
from runtime.bucket.objects import Objects
from runtime.bucket.records import RecordsByService, Unreadable, parsed
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.model import Environment
from service_catalog.records.provisioned import Provisioned, ProvisionedEnvironment


class ProvisionedRecords:
    def __init__(self, objects: Objects, environment: Environment):
        self._objects, self._environment = objects, environment
        self._listing = CachedListing(objects, naming.PROVISIONED_PREFIX)

    def read(self, service: str) -> Provisioned:
        """Raises Absent while the service is not provisioned, and Unreadable."""
        try:
            body = self._objects.read(naming.provisioned_key(service)).body
        except Absent as error:
            where = self._environment.name
            raise Absent(
                say(
                    "%(service)s is not provisioned in %(where)s; run `slipway up %(where)s %(service)s`",
                    service=service,
                    where=where,
                )
            ) from error
        return _parsed(service, body)

    def logs_elsewhere(self, service: str) -> Mapping[str, str]:
        """By route, where lines are that are in no log group; none where no record says so."""
        try:
            return self.read(service).logs_elsewhere
        except (Absent, Unreadable):
            return {}

    def log_groups(self, service: str) -> Mapping[str, str]:
        """Those beside its own, by the route that leads there; none known of what cannot be read."""
        try:
            return self.read(service).log_groups
        except (Absent, Unreadable):
            return {}

    def all(self) -> RecordsByService[Provisioned]:
        readable, unreadable = {}, {}
        for key, stored in self._listing.read().items():
            if key == naming.provisioned_environment_key():
                continue
            service = key.removeprefix(naming.PROVISIONED_PREFIX).removesuffix(".json")
            try:
                readable[service] = _parsed(service, stored.body)
            except Unreadable as error:
                unreadable[service] = error
        return RecordsByService(readable, unreadable)

    def environment_listed(self) -> ProvisionedEnvironment | None:
        """As of the last look at ``all``, and without a call. None also while it cannot be read."""
        stored = self._listing.known.get(naming.provisioned_environment_key())
        try:
            return parsed(ProvisionedEnvironment, stored.key, stored.body) if stored else None
        except Unreadable:
            return None

    def environment(self) -> ProvisionedEnvironment | None:
        """None before the environment's first run. Raises Unreadable."""
        key = naming.provisioned_environment_key()
        try:
            return parsed(ProvisionedEnvironment, key, self._objects.read(key).body)
        except Absent:
            return None


def _parsed(service: str, body: bytes) -> Provisioned:
    record = parsed(Provisioned, naming.provisioned_key(service), body)
    return record if record.service == service else record.model_copy(update={"service": service})
