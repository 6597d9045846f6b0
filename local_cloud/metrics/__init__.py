"""What CloudWatch hears of the local cloud: CPU and memory of services, requests, queues, executions.

usage.py              what the processes of a task use of what its definition reserves
requests.py           what load balancers forwarded, and how it was answered
queues.py             what waits in queues
executions.py         how executions of state machines began and ended
publisher.py          tells CloudWatch of all that, every few seconds
kept.py               of which CloudWatch keeps what somebody may look at
series.py             values of metrics by period, and what metric_math.py makes of them
alarms.py             MiniStack's alarms, each with an eye for its own metric alone
scaling.py            changes how many tasks a service has, as its scaling policies say
scheduled_scaling.py  changes it at the time of scheduled actions
scalable_targets.py   what both of them ask and tell Application Auto Scaling
measuring.py          puts all of it in its place
"""
