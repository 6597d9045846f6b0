"""What runs, through AWS: gateways bound to one environment.

``gateways.Gateways.connect(environment)`` opens the room. Each gateway answers one kind of question and keeps paging,
batching and retries to itself:

    aws/        one file per AWS service (ECS services and tasks, task definitions, images, logs, alarms), clients
    bucket/     the config bucket: objects, records of releases, the service index, env files, the audit trail
    releases/   a release from request to outcome: ``plan`` (what shall run, and may it), ``execute`` (register, claim,
                start), ``settle`` (how did it end)
    diagnosis/  why a release failed: evidence, rules, the answer

``operations`` are what people do beside releases and runs. ``snapshot`` looks at a whole environment at once,
``service_state`` says which state a service is in, ``metrics`` reads charts. Nothing here keeps state: the truth is
AWS. This room never imports Pulumi's programs; what it knows of them stands in ``service_catalog.naming`` and in
``provisioned/`` of the environment's config bucket.
"""
