"""The OpenAPI document and what the API does are the same, whatever it is sent."""

from dataclasses import replace

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from portal.api import description
from portal.api.operations import OPERATIONS
from tests.portal import api_client
from tests.portal.people import PLATFORM

KNOWN = {"environment": "local", "service": "orders-api", "file": "app"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
"""But those that ask whether what fits the schema can be done: whether there is such an image is not for a schema to
say. Whether each operation wants a token is asked by tests/portal/test_rights.py"""


@pytest.fixture
def settings(settings):
    return replace(settings, writes_a_minute=10**6, strangers_a_minute=10**6)


@pytest.fixture(scope="module")
def schema():
    return schemathesis.openapi.from_dict(description.document())


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", [it.name for it in OPERATIONS.values()])
def test_every_operation_answers_as_the_document_says(app, running, schema, name, mode):
    bearer = {"Authorization": f"Bearer {api_client.token(app, PLATFORM)}"}
    operation = schema.find_operation_by_id(name)

    @examples(
        max_examples=10,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def answered(case):
        path = case.meta.components.get(ParameterLocation.PATH)
        if path is None or path.mode is GenerationMode.POSITIVE:  # else what is wrong is the address
            case.path_parameters.update({it: KNOWN[it] for it in case.path_parameters if it in KNOWN})
        as_is = {**bearer, "Accept-Encoding": "identity"}  # the WSGI client of schemathesis unpacks nothing
        case.call_and_validate(app=app, headers=as_is, checks=CHECKS)

    answered()
