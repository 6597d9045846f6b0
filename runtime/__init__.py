"""What runs, through AWS: gateways bound to one environment.

``gateways.Gateways.connect(environment)`` opens the room. Each gateway answers one kind of question (``env_files``,
``releases``, ``deployments``, ``tasks``, ``logs`` …) and keeps paging, batching and retries to itself. Files that hold
no AWS call read its answers with pure functions: ``definitions``, ``live``, ``progress``, ``diagnosis``, ``causes``,
``records``.

A release flows through ``plans`` (what shall run, and may it), ``steps`` (register, claim, carry out, bound) and
``settling`` (how did it end). Nothing here keeps state: the truth is AWS. This room never imports Pulumi's programs;
what it knows of them stands in ``service_catalog.naming`` and in ``provisioned/`` of the environment's config bucket.
"""
