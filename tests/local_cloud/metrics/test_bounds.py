from local_cloud.metrics.bounds import Bounds
from local_cloud.metrics.scalable_targets import TaskCounts


class Shop:
    """One service of 2 tasks, which may have 1 to 5."""

    def __init__(self) -> None:
        self.tasks, self.limits = 2, (1, 5)
        self.bounds = Bounds(self, TaskCounts(lambda *_: self.tasks, self.scale))
        self.bounds.look()

    def describe(self, what: str) -> list[dict[str, object]]:
        least, most = self.limits
        return [{"ResourceId": "service/shop/orders", "MinCapacity": least, "MaxCapacity": most}]

    def set_bounds(self, resource: str, least: int, most: int) -> None:
        raise AssertionError("whoever sets limits is somebody else")

    def scale(self, cluster: str, service: str, count: int) -> None:
        self.tasks = count

    def after(self, *limits: int) -> int:
        self.limits = limits[0], limits[1]
        self.bounds.look()
        return self.tasks


def test_new_limits_bring_the_count_within_them():
    shop = Shop()
    assert [shop.after(3, 5), shop.after(1, 5), shop.after(1, 2), shop.after(0, 0)] == [3, 3, 2, 0]


def test_a_count_that_somebody_set_outside_the_limits_stays_until_they_change():
    shop = Shop()
    shop.tasks = 0
    assert [shop.after(1, 5), shop.after(1, 4)] == [0, 1]


def test_limits_of_before_the_first_look_are_taken_as_they_are():
    shop = Shop()
    shop.tasks, shop.bounds = 0, Bounds(shop, shop.bounds.counts)
    assert shop.after(1, 5) == 0
