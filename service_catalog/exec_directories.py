"""Where the agent of ECS Exec writes inside of a container whose root is read-only, volume by volume.

AWS names none of them and calls a read-only root unsupported; people have run it with these mounts since 2021
(aws/containers-roadmap#1359, aws-containers/amazon-ecs-exec-checker#71).
"""

from collections.abc import Mapping

EXEC_DIRECTORIES: Mapping[str, str] = {
    "exec_agent": "/managed-agents",
    "exec_state": "/var/lib/amazon/ssm",
    "exec_log": "/var/log/amazon/ssm",
}
"""Names of volumes in an entry have no underscore, so these are free."""
