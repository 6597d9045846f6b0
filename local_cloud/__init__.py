"""The embedded default: a whole AWS on this machine, for development, demos and tests.

``cloud`` starts and stops it; ``emulators`` are the two processes that answer AWS calls (MiniStack, and moto for
application auto scaling); ``tasks`` runs what ECS would run, as plain processes; ``samples`` are the programs that
stand for images. ``engine`` runs a Pulumi program in process and knows no AWS word; ``aws`` maps its resources to AWS
calls. Nothing here imports the catalog, the portal or any other room: it serves any program that speaks AWS.
"""
