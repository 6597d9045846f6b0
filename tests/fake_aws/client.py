"""What stands where boto3's client stands: operations by name, parameters checked, pages followed."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore import xform_name
from botocore.exceptions import ParamValidationError
from botocore.model import OperationModel
from botocore.paginate import Paginator, PaginatorModel
from botocore.validate import ParamValidator, ValidationErrors

from tests.fake_aws.service import AwsService

if TYPE_CHECKING:
    from tests.fake_aws.aws import FakeAws


class Client:
    def __init__(self, aws: "FakeAws", service: AwsService):
        self._aws, self._service = aws, service

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        return partial(self._ask, operation)

    def get_paginator(self, operation: str) -> Any:
        paginators, models = _paginators(self._service.name), operations(self._service.name)
        return Paginator(
            partial(self._ask, operation), paginators.get_paginator(models[operation].name), models[operation]
        )

    def _ask(self, operation: str, **arguments: Any) -> dict[str, Any]:
        check_request(self._service.name, operation, arguments)
        answer = self._aws.ask(self._service, operation, arguments)
        shape = operations(self._service.name)[operation].output_shape
        _check(shape, {name: it for name, it in answer.items() if name != "ResponseMetadata"})
        return answer


def check_request(service: str, operation: str, arguments: Mapping[str, Any]) -> None:
    """Raises what boto3 does when it does not know a parameter, or misses one."""
    _check(operations(service)[operation].input_shape, arguments)


def _check(shape: Any, said: Mapping[str, Any]) -> None:
    """The fake's own answers too: none has a member that AWS's have not."""
    report = ParamValidator().validate(said, shape) if shape else ValidationErrors()
    if report.has_errors():
        raise ParamValidationError(report=report.generate_report())


@cache
def operations(service: str) -> dict[str, OperationModel]:
    """By boto3's names. Reading a model takes some ten milliseconds, so each is read once in a process."""
    model = _session().get_service_model(service)
    return {xform_name(name): model.operation_model(name) for name in model.operation_names}


@cache
def _paginators(service: str) -> PaginatorModel:
    return PaginatorModel(_session().get_component("data_loader").load_service_model(service, "paginators-1"))


@cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()
