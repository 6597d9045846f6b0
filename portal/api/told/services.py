"""A service, as the list and as its page has it."""

from datetime import datetime

from portal.api.told.base import StateTold, Told
from portal.api.told.releases import ReleaseDetail, ReleaseTold
from portal.data.service_list import Row
from portal.text.translate import said


class EnvCellTold(Told):
    file: str
    live: int | None
    in_progress: int | None
    staged: int | None


class ServiceTold(Told):
    """A service as the list has it."""

    name: str
    owner: str
    kind: str
    state: StateTold
    why: str
    """Why it needs a look, in a sentence"""
    running: int
    desired: int
    image: str
    image_in_progress: str
    env: list[EnvCellTold]
    definition_staged: bool
    catalog_changed: bool
    alarms: list[str]
    """That ring"""
    released_at: datetime | None
    released_by: str

    @classmethod
    def of(cls, row: Row) -> "ServiceTold":
        return cls(
            name=row.name,
            owner=row.owner,
            kind=row.kind,
            state=StateTold.of(row.state),
            why=f"{row.culprit}: {said(row.why)}" if row.culprit else said(row.why),
            running=row.running,
            desired=row.desired,
            image=row.image,
            image_in_progress=row.image_in_progress,
            env=[
                EnvCellTold(file=it.file, live=it.live, in_progress=it.in_progress, staged=it.staged) for it in row.env
            ],
            definition_staged=row.definition_staged,
            catalog_changed=bool(row.catalog_changes),
            alarms=[said(alarm.words) for alarm in row.alarms],
            released_at=row.released_at,
            released_by=row.released_by,
        )


class ServicesTold(Told):
    environment: str
    services: list[ServiceTold]
    """By name"""
    next: str | None
    """`cursor` of the next page; null on the last"""
    problem: str
    """Why there is nothing newer than `Slipway-Read-At` says; empty when all is well"""


class ServiceDetail(ServiceTold):
    """A service as its page has it."""

    environment: str
    as_of: datetime
    problem: str
    """Why there is nothing newer"""
    is_provisioned: bool
    address: str
    """Where it answers; empty where it does not"""
    page: str
    """Where people look at it"""
    env_files: list[str]
    live: ReleaseTold | None
    in_progress: ReleaseDetail | None
    last: ReleaseTold | None
    """The newest, however it ended"""
    diagnosis: str
    """Why it failed most likely; empty where nothing did"""
