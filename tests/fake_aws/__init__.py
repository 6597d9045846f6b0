"""An AWS in memory that the real gateways run over: ``Gateways.connect(environment, aws.access)``.

It takes the place of boto3's clients: parameters are checked by botocore's own models, refusals are botocore's errors,
and what answers is one small file per AWS service. Its clock stands still, no rollout moves and no run ends, until the
test says so: ``aws.ecs.rolls_out("orders-api")``, ``aws.step_functions.ends(run, exit_code=1)``. That it answers as AWS
does is held by ``tests/runtime/fake_aws``, which runs the same tests over it and over the local cloud.
"""

from tests.fake_aws.aws import FakeAws as FakeAws
