from infra.components.utilization import Utilization, UtilizationArgs
from infra.service_parts import Alarm, ServiceParts
from service_catalog.model import Alarms, Scaling
from tests.infra.recorder import Recorder

SERVICE = {"ClusterName": "slipway-dev", "ServiceName": "orders-api"}


def parts_of(engine: Recorder, scaling: Scaling | None = None, alarms: Alarms | None = None) -> ServiceParts:
    args = UtilizationArgs("dev", "orders-api", scaling or Scaling(), alarms or Alarms())
    parts: list[ServiceParts] = []
    engine.run(lambda: parts.append(Utilization(args).parts))
    return parts[0]


def test_each_measure_of_the_entry_is_held_by_a_policy_of_its_own(engine):
    cpu, memory = parts_of(engine, scaling=Scaling(cpu_percent=60, memory_percent=70)).scaling

    assert (cpu.name, cpu.alarm) == ("cpu-percent", {})
    assert cpu.arguments == {
        "policy_type": "TargetTrackingScaling",
        "target_tracking_scaling_policy_configuration": {
            "predefined_metric_specification": {"predefined_metric_type": "ECSServiceAverageCPUUtilization"},
            "target_value": 60,
            "scale_out_cooldown": 60,
            "scale_in_cooldown": 300,
        },
    }
    tracked = memory.arguments["target_tracking_scaling_policy_configuration"]
    assert (memory.name, tracked["target_value"]) == ("memory-percent", 70)
    assert tracked["predefined_metric_specification"] == {
        "predefined_metric_type": "ECSServiceAverageMemoryUtilization"
    }


def test_each_threshold_of_the_entry_is_an_alarm_of_its_own(engine):
    assert parts_of(engine, alarms=Alarms(cpu_percent=85, memory_percent=90)).alarms == (
        Alarm("cpu_percent", 85, "AWS/ECS", "CPUUtilization", SERVICE, "Average"),
        Alarm("memory_percent", 90, "AWS/ECS", "MemoryUtilization", SERVICE, "Average"),
    )


def test_what_the_entry_does_not_ask_for_neither_scales_nor_calls(engine):
    parts = parts_of(engine)
    assert (parts.scaling, parts.alarms) == ((), ())
