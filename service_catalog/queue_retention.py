"""How long SQS keeps what nobody takes from a worker's own queue: what the program provisions and the checks read."""

KEPT_SECONDS, DEAD_KEPT_SECONDS = 4 * 86_400, 14 * 86_400
"""A dead letter keeps the age that it had in the queue, so its queue keeps messages for longer."""
