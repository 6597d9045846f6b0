import gzip
import re
from dataclasses import replace

from local_cloud.log_router.objects import Objects
from local_cloud.log_router.pipeline import ToBucket

TARGET = ToBucket("archive", "/orders/date=%Y-%m-%d/hour=%H/%H%M%S-$UUID.gz", "log", 50, 300)
NINE = 1_795_770_000.0
"""2026-11-27, 09:00 UTC"""


def test_lines_wait_until_their_object_is_old_enough():
    objects = Objects()
    objects.add(TARGET, "first", NINE, now=10)
    objects.add(TARGET, "second", NINE + 200, now=210)

    assert list(objects.due(309)) == []
    [put] = objects.due(310)
    assert gzip.decompress(put.body) == b"first\nsecond\n"
    assert (put.bucket, put.count) == ("archive", 2)
    assert re.fullmatch(r"orders/date=2026-11-27/hour=09/090000-[0-9a-f]{8}\.gz", put.key)
    assert list(objects.due(1000)) == []


def test_or_until_it_is_large_enough():
    objects = Objects()
    objects.add(TARGET, "x" * 60, NINE, now=10)
    assert len(list(objects.due(10))) == 1


def test_each_target_has_objects_of_its_own_and_the_end_puts_them_all():
    objects = Objects()
    for name in ("a", "b"):
        objects.add(replace(TARGET, bucket=name), name, NINE, now=10)
    assert {(it.bucket, gzip.decompress(it.body)) for it in objects.due(float("inf"))} == {("a", b"a\n"), ("b", b"b\n")}
