"""EC2 instances of ECS clusters, as far as processes can: they have ids, zones and sizes, and tasks are placed on them
by ECS's rules. Every task is a process on this machine all the same, and no instance has a limit, a disk or a shell.

``sizes`` and ``placement`` are plain data; ``fleet`` and ``groups`` read and mend MiniStack's records, and
``local_cloud.tasks.shims.instances`` puts them to use.
"""
