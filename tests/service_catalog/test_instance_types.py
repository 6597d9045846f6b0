import pytest

from service_catalog.instance_types import Size, read


@pytest.mark.parametrize(
    ("name", "architecture", "has_gpu"),
    [
        ("m7g.large", "arm64", False),
        ("m7i-flex.large", "x86_64", False),
        ("im4gn.large", "arm64", False),
        ("a1.xlarge", "arm64", False),
        ("t3a.small", "x86_64", False),
        ("g4dn.xlarge", "x86_64", True),
        ("g5g.xlarge", "arm64", True),
        ("p5en.48xlarge", "x86_64", True),
    ],
)
def test_the_name_of_a_type_says_its_processor(name, architecture, has_gpu):
    assert (read(name).architecture, read(name).has_gpu) == (architecture, has_gpu)


@pytest.mark.parametrize(
    ("name", "gpus"),
    [
        ("g4dn.metal", 8),
        ("g5.16xlarge", 1),
        ("g5.24xlarge", 4),
        ("p5en.48xlarge", 8),
        ("m7g.large", 0),
        ("g9.xlarge", None),
        ("g5.96xlarge", None),
    ],
)
def test_how_many_gpus_a_type_has_is_known_of_those_that_are_listed(name, gpus):
    assert read(name).gpus == gpus


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("m7g.large", Size(2048, 8192)),
        ("c7gn.medium", Size(1024, 2048)),
        ("r6i.2xlarge", Size(8192, 65536)),
        ("t4g.nano", Size(2048, 512)),
        ("t3.2xlarge", Size(8192, 32768)),
        ("m7i.metal-24xl", None),
        ("g5.xlarge", None),
    ],
)
def test_the_name_of_a_common_type_says_its_size(name, total):
    assert read(name).total == total
