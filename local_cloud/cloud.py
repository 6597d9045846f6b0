"""Starts, finds and stops the local cloud of one state directory.

``LocalCloud(state).start()`` makes the calling process its owner: the emulators are its children and end with it,
however it ends. ``local-cloud.json`` says to everybody else who owns it and where it answers.
"""

import os
import shlex
import shutil
from pathlib import Path

from local_cloud.emulators.process import Emulator
from local_cloud.emulators.record import Addresses, Process, Record, RecordFile, ports
from local_cloud.emulators.settings import MiniStackSettings, MotoSettings

ACCOUNT_ID = "000000000000"
SECRET = "local"
REGION = "ap-northeast-1"
PASSPHRASE = "local"
DEFAULT_STATE = Path(__file__).resolve().parents[1] / ".slipway"

_CONTENTS = ("ministack", "moto", "tasks", "pulumi")


class AlreadyRunning(Exception):
    """Another process owns this state directory."""


class NotRunning(Exception):
    """Nobody runs this local cloud, or it has not what was asked for."""


class LocalCloud:
    def __init__(
        self,
        state: Path,
        region: str = REGION,
        steady_seconds: float = 0.3,
        measure_seconds: float = 20,
        minute_seconds: float = 60,
    ):
        """``steady_seconds``: how long a task must run before its deployment counts it; ``measure_seconds``: how often
        CloudWatch is told what tasks use; ``minute_seconds``: how long a minute of an ECS deployment takes, which only
        tests do not wait for."""
        self.state = state.absolute()
        self._region = region
        self._steady_seconds = steady_seconds
        self._measure_seconds = measure_seconds
        self._minute_seconds = minute_seconds
        self._record = RecordFile(self.state)
        self._emulators: list[Emulator] = []

    # --- for the owner ---

    def start(self) -> Addresses:
        """Returns when both emulators answer. Raises AlreadyRunning when somebody else runs them, EmulatorFailed."""
        (self.state / "pulumi").mkdir(parents=True, exist_ok=True)
        self.state.chmod(0o700)
        with self._record.locked():
            self._refuse_when_running()
            known = self.status()
            self._await_predecessors(known)
            addresses = Addresses.usable(known.addresses if known else None)
            self._record.write(Record(addresses, Process.of(os.getpid())))
        try:
            self._start_emulators(addresses)
        except BaseException:
            self.stop()
            raise
        return addresses

    def stop(self) -> None:
        """Stops what this process started: tasks end, MiniStack saves its memory, the ports stay remembered."""
        for emulator in self._emulators:
            emulator.stop()
        self._emulators = []
        if (known := self.status()) and known.owner == Process.of(os.getpid()):
            self._record.write(Record(known.addresses))

    def note(self, **notes: str) -> None:
        """Adds to what others find in ``status().notes`` while we run."""
        known = self._running()
        self._record.write(Record(known.addresses, known.owner, known.emulators, known.notes | notes))

    def dead_emulator(self) -> str:
        """Which emulator of ours ended by itself, and where its log is; empty when all are well."""
        dead = [emulator for emulator in self._emulators if emulator.process.poll() is not None]
        return f"{dead[0].name} ended; see {dead[0].log}" if dead else ""

    # --- for everybody ---

    def command(self, word: str) -> str:
        """As one types it to mean this local cloud and no other."""
        return self.typed(f"slipway local {word}")

    def typed(self, command: str) -> str:
        """Any command that takes --state."""
        return command if self.state == DEFAULT_STATE else f"{command} --state {shlex.quote(str(self.state))}"

    @property
    def is_here(self) -> bool:
        """Whether a local cloud was ever started in this directory."""
        return self._record.exists

    def status(self) -> Record | None:
        """None when it never ran here. A record whose owner died is no running cloud: ask ``is_running``."""
        return self._record.read()

    @property
    def addresses(self) -> Addresses:
        """Raises NotRunning."""
        return self._running().addresses

    def url(self, load_balancer: str, path: str = "/", host: str = "") -> str:
        """Where a browser reaches a load balancer (by its DNS name, with its port for a listener beside those of
        everybody). ``host`` for rules that ask for one.

        Raises NotRunning when there is no such load balancer in this cloud.
        """
        self._running()
        port = ports(self.state / "load-balancer-ports.json").get(load_balancer)
        if port is None:
            raise NotRunning(f"there is no load balancer {load_balancer} in {self.state}")
        return f"http://{f'{host}.localhost' if host else '127.0.0.1'}:{port}{path}"

    def address(self, listener: str) -> str:
        """Where a listener of a Network Load Balancer ("DNS name:port") is reached here. Raises NotRunning."""
        self._running()
        port = ports(self.state / "load-balancer-ports.json").get(listener)
        if port is None:
            raise NotRunning(f"there is no listener {listener} in {self.state}")
        return f"127.0.0.1:{port}"

    def environment_variables(self) -> dict[str, str]:
        """What a shell needs so that boto3, the AWS CLI and a ``pulumi`` work on this cloud. Raises NotRunning."""
        addresses = self.addresses
        return {
            "AWS_ENDPOINT_URL": addresses.endpoint_url,
            "AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING": addresses.endpoints["application-autoscaling"],
            "AWS_ACCESS_KEY_ID": ACCOUNT_ID,  # a 12-digit key chooses the account
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": self._region,
            "AWS_DEFAULT_REGION": self._region,
            "PULUMI_BACKEND_URL": f"file://{self.state / 'pulumi'}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            # The `aws` provider is attached, there is none to download; and nobody here waits for news of versions.
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
        }

    def stop_owner(self, timeout_seconds: float = 30) -> bool:
        """Asks whoever runs it to end, and waits for that. False when nobody did; AlreadyRunning when it will not."""
        known = self.status()
        if not known or not known.owner or not known.owner.is_alive:
            return False
        if not known.owner.end(timeout_seconds):
            raise AlreadyRunning(f"process {known.owner.pid} did not end within {timeout_seconds:.0f} s")
        return True

    def reset(self) -> None:
        """Forgets everything: AWS's contents and Pulumi's state. Raises AlreadyRunning while somebody runs it."""
        self._refuse_when_running()
        self._await_predecessors(self.status())
        for name in _CONTENTS:
            shutil.rmtree(self.state / name, ignore_errors=True)
        (self.state / "load-balancer-ports.json").unlink(missing_ok=True)
        self._record.forget()

    # --- within ---

    def _start_emulators(self, addresses: Addresses) -> None:
        ministack = MiniStackSettings(
            addresses.ministack_port,
            ACCOUNT_ID,
            self._region,
            self.state,
            self._steady_seconds,
            self._measure_seconds,
            addresses.endpoints["application-autoscaling"],
            self._minute_seconds,
        )
        moto = MotoSettings(
            addresses.moto_port,
            ACCOUNT_ID,
            self._region,
            self.state / "moto" / "journal.jsonl",
            addresses.endpoint_url,
        )
        module, logs = "local_cloud.emulators", self.state / "logs"
        health = (f"{addresses.endpoint_url}/_ministack/health", addresses.endpoints["application-autoscaling"])
        self._emulators = [
            Emulator.start("MiniStack", f"{module}.ministack", ministack, health[0], logs / "ministack.log"),
            Emulator.start("moto", f"{module}.moto", moto, health[1], logs / "moto.log"),
        ]
        started = tuple(Process.of(emulator.pid) for emulator in self._emulators)
        self._record.write(Record(addresses, Process.of(os.getpid()), started))
        for emulator in self._emulators:
            emulator.await_ready()

    def _refuse_when_running(self) -> None:
        known = self.status()
        if known and known.owner and known.owner.is_alive:
            raise AlreadyRunning(f"{self.state} is run by process {known.owner.pid}; stop it first")

    def _await_predecessors(self, known: Record | None) -> None:
        """The emulators of an owner that was killed may still be saving: two may not use one directory at once."""
        for emulator in known.emulators if known else ():
            if not emulator.end(timeout_seconds=15):
                raise AlreadyRunning(f"process {emulator.pid} still uses {self.state}; end it first")

    def _running(self) -> Record:
        known = self.status()
        if not known or not known.is_running:
            raise NotRunning(f"no local cloud runs in {self.state}; start it with `{self.command('up')}`")
        return known
