"""One service in one run of ``slipway up``: what is to be done, what ran before, what runs if the run ends early."""

from dataclasses import dataclass

from deploy import running_service
from deploy.engine import Changes
from deploy.plan import Item
from deploy.results import Result
from deploy.run import Run, result_of
from deploy.running_service import RunningService
from runtime.aws.errors import GatewayError
from runtime.gateways import Gateways
from service_catalog.messages import Message, joined, say
from service_catalog.model import Service


@dataclass(frozen=True)
class ServiceRun:
    run: Run
    item: Item
    service: Service
    before: RunningService
    """What ran before anything was touched"""

    @property
    def name(self) -> str:
        return self.service.name

    @property
    def environment(self) -> str:
        return self.run.environment.name

    @property
    def gateways(self) -> Gateways:
        return self.run.gateways

    def now(self) -> RunningService:
        return running_service.read(self.gateways, self.name)

    def result(self, changes: Changes, ended: str) -> Result:
        return result_of(self.item, changes, ended)

    def took_down(self, now: RunningService) -> bool:
        """This run replaced the service under what ran."""
        return self.before.runs and not now.runs

    def nothing_runs(self) -> Message:
        return say(
            "no task of it runs until the next `slipway up %(environment)s %(service)s` comes through",
            environment=self.environment,
            service=self.name,
        )

    def and_what_runs(self, sentence: str) -> str:
        """Of a run that ended early, maybe between a replacement and the release that would have brought it back."""
        if not self.before.ran:
            return sentence
        try:
            now = self.now()
        except GatewayError:
            unknown = say(
                "AWS could not be asked whether tasks of it run; if none do, the next `slipway up %(environment)s "
                "%(service)s` brings it back",
                environment=self.environment,
                service=self.name,
            )
            return joined("; ", [sentence, unknown])
        is_down = now.live.revision is None and not now.in_progress
        return joined("; ", [sentence, self.nothing_runs()]) if is_down else sentence
