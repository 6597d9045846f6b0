"""CloudWatch: alarms and dashboards."""

from typing import Any

from local_cloud.aws.kind import Call, Kind, Look, Named


def alarm(properties: dict[str, Any]) -> dict[str, Any]:
    queries = [_query(query) for query in properties.get("metricQueries") or ()]
    return {**properties, "metrics": queries} if queries else properties


def _query(query: dict[str, Any]) -> dict[str, Any]:
    """Pulumi has the metric and its statistic side by side, CloudWatch has the one within the other; and what is not
    said to be the answer is none."""
    query, metric = {"returnData": False, **query}, query.get("metric")
    return {**query, "metricStat": {**metric, "metric": metric}} if metric else query


ALARM = Call("put_metric_alarm", takes="metricQueries", reshape=alarm, together="*")
# The operation takes tags, the Pulumi type does not.
DASHBOARD = Call("put_dashboard", together="*", names={"Tags": ""})

KINDS = [
    Kind(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "cloudwatch",
        create=ALARM,
        id="{name}",
        look=Look("describe_alarms", {"AlarmNames": ["{id}"]}, "MetricAlarms[0]"),
        updates=(ALARM,),
        delete=Call("delete_alarms", {"AlarmNames": ["{id}"]}),
        fixed="name",
        names={
            "AlarmName": "name",
            "EvaluateLowSampleCountPercentile": "evaluateLowSampleCountPercentiles",
            "Metrics": "metrics",
        },
        named=Named(),
        tags="arn:{partition}:cloudwatch:{region}:{account}:alarm:{id}",
        outputs={"arn": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{id}"},
    ),
    Kind(
        "aws:cloudwatch/dashboard:Dashboard",
        "cloudwatch",
        create=DASHBOARD,
        id="{dashboardName}",
        look=Look("get_dashboard", {"DashboardName": "{id}"}),
        updates=(DASHBOARD,),
        delete=Call("delete_dashboards", {"DashboardNames": ["{id}"]}),
        fixed="dashboardName",
        outputs={"dashboardArn": "arn:{partition}:cloudwatch::{account}:dashboard/{id}"},
    ),
]
