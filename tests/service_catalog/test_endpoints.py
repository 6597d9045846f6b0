import pytest

from service_catalog.endpoints import service_name


@pytest.mark.parametrize(
    ("service", "region", "name"),
    [
        ("ecr.dkr", "ap-northeast-1", "com.amazonaws.ap-northeast-1.ecr.dkr"),
        ("ecr.dkr", "cn-north-1", "cn.com.amazonaws.cn-north-1.ecr.dkr"),
        ("sqs", "cn-northwest-1", "cn.com.amazonaws.cn-northwest-1.sqs"),
        ("logs", "cn-north-1", "com.amazonaws.cn-north-1.logs"),
        ("s3", "cn-north-1", "com.amazonaws.cn-north-1.s3"),
        ("dynamodb", "cn-northwest-1", "com.amazonaws.cn-northwest-1.dynamodb"),
    ],
)
def test_some_endpoints_are_called_otherwise_in_china(service, region, name):
    assert service_name(service, region) == name
