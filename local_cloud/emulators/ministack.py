"""Run as ``python -m local_cloud.emulators.ministack SETTINGS``: prepares MiniStack's settings, then serves it.

MiniStack reads them from the environment, most of them when it is imported, so that comes last.
"""

import logging
import os
import sys

from local_cloud.emulators import lifeline
from local_cloud.emulators.settings import MiniStackSettings, paths


def main(settings: MiniStackSettings) -> None:
    lifeline.hold()
    memory = settings.state / "ministack"
    (memory / "temporary").mkdir(parents=True, exist_ok=True)
    os.environ.update(
        GATEWAY_PORT=str(settings.port),
        BIND_HOST="127.0.0.1",
        IOT_MTLS_ENABLED="0",  # else it listens on all interfaces, whatever BIND_HOST says
        SFTP_ENABLED="0",
        MINISTACK_REGION=settings.region,
        MINISTACK_ACCOUNT_ID=settings.account_id,
        PERSIST_STATE="1",
        STATE_DIR=str(memory),
        S3_PERSIST="1",
        S3_DATA_DIR=str(memory / "s3"),
        TMPDIR=str(memory / "temporary"),  # its pid file
        ECS_RESTORE_RECONCILE_DELAY_SECONDS="0",  # we start it when everything is there
    )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    for noisy in ("persistence", "hypercorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    from local_cloud.emulators import gateway

    gateway.serve(settings)


if __name__ == "__main__":
    main(MiniStackSettings(**paths(sys.argv[1], "state")))
