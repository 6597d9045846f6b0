"""What belongs to the portal itself, in the bucket of its home environment."""

from pydantic import AwareDatetime

from service_catalog.records.record import Record


class SignOut(Record):
    """``portal/sign-outs/<digest of the person's id>.json``: every session that began before it has ended."""

    when: AwareDatetime
