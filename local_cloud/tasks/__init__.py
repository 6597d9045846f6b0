"""ECS tasks as plain processes: what MiniStack's scheduler runs instead of Docker containers.

``runtime`` owns the processes and knows neither AWS nor HTTP. ``agent`` turns a task definition into what a container
gets (environment files, health checks). ``client`` is what MiniStack calls "docker". ``shims`` mend its scheduler.
Processes are not containers: no limits of CPU or memory, and the user's own files are within reach.
"""
