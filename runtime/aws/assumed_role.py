"""The role that the portal takes on to reach an environment, in whose session CloudTrail sees who is behind a call.

Who is asking differs from call to call, and a client is too slow to build for each. So the clients are the same for
all, and it is the credentials that differ: they are looked up as a request is signed. What a person changes is signed
in a session of theirs; what the portal reads, for everybody and behind its pages, in one of its own.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.credentials import ReadOnlyCredentials

OWN_SESSION = "slipway-portal"
_SESSION_MAX = 64
_EARLY = timedelta(minutes=5)
"""Before they expire, so that no call is under way then"""
_KEPT = 64


@dataclass(frozen=True)
class Role:
    arn: str
    external_id: str = ""
    person: Callable[[], str] = lambda: ""
    """Who is behind the call that is being signed, by their id; empty: nobody alone"""


class AssumedCredentials:
    """Stands where botocore's own credentials do, as it signs."""

    method = "slipway-assumed-role"

    def __init__(
        self,
        role: Role,
        sts: Callable[[], Any],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ):
        self._role, self._sts, self._now = role, sts, now
        self._held: OrderedDict[str, tuple[ReadOnlyCredentials, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        session = session_name(self._role.person())
        with self._lock:
            if session not in self._held or self._held[session][1] - _EARLY <= self._now():
                self._held[session] = self._assume(session)
            self._held.move_to_end(session)
            if len(self._held) > _KEPT:
                self._held.popitem(last=False)
            return self._held[session][0]

    @property
    def access_key(self) -> str:
        return str(self.get_frozen_credentials().access_key)

    @property
    def secret_key(self) -> str:
        return str(self.get_frozen_credentials().secret_key)

    @property
    def token(self) -> str:
        return str(self.get_frozen_credentials().token)

    @property
    def account_id(self) -> str:
        """By which some addresses of AWS go"""
        return self._role.arn.split(":")[4]

    def get_deferred_property(self, name: str) -> Callable[[], str]:
        """botocore asks before it needs it: nothing is taken on while a client is built."""
        return lambda: str(getattr(self, name))

    def _assume(self, session: str) -> tuple[ReadOnlyCredentials, datetime]:
        external = {"ExternalId": self._role.external_id} if self._role.external_id else {}
        answer = self._sts().assume_role(RoleArn=self._role.arn, RoleSessionName=session, **external)
        given = answer["Credentials"]
        keys = ReadOnlyCredentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        return keys, given["Expiration"]


class OnlyAssumed:
    """botocore's place for where credentials come from, with one answer."""

    def __init__(self, credentials: AssumedCredentials):
        self._credentials = credentials

    def load_credentials(self) -> AssumedCredentials:
        return self._credentials


def session_name(person: str) -> str:
    """As STS takes it."""
    said = re.sub(r"[^\w+=,.@-]", "-", person, flags=re.ASCII)
    return f"slipway-{said}"[:_SESSION_MAX] if said else OWN_SESSION
