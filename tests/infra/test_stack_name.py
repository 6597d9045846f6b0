import pytest

from infra.stack_name import StackName, StackNameError
from service_catalog import naming


def test_a_word_is_an_environment():
    assert StackName.parse("dev") == StackName("dev")


def test_two_words_are_a_service_in_an_environment():
    assert StackName.parse("dev.orders-api") == StackName("dev", "orders-api")


@pytest.mark.parametrize("where", [("dev", None), ("dev", "orders-api")])
def test_what_naming_writes_is_read_back(where):
    assert StackName.parse(naming.stack(*where)) == StackName(*where)


@pytest.mark.parametrize("text", ["", "dev.", ".orders", "dev.orders.api", "Dev", "dev.orders_api", "dev orders"])
def test_any_other_name_is_told_with_an_example(text):
    with pytest.raises(StackNameError, match=r"name it like 'dev' or 'dev\.orders-api'"):
        StackName.parse(text)
