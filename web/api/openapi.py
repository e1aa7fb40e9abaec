"""The OpenAPI 3.1 document of the API, made of the table of its endpoints, so that it cannot say anything else."""

from collections.abc import Sequence
from typing import Any

from web.api.endpoints import Endpoint
from web.api.parameters import Parameter
from web.api.problems import TITLES, TYPE
from web.api.schemas import SCHEMAS

_ABOUT = """Yearly government information disclosure reports of China's counties: what is held, every official figure, \
and why what is missing is missing. Reading alone; times are UTC, days and years Beijing's. A figure has a state: a \
number, a zero, blank, not applicable, text or missing, and none of them stands for another."""
_ETAG = {"ETag": {"description": "Strong, of the answer's bytes", "schema": {"type": "string"}}}


def describe(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Gongkai Archive", "version": "1", "description": _ABOUT, "license": _LICENSE},
        "servers": [{"url": "/"}],
        "paths": {one.path: {"get": _operation(one)} for one in endpoints},
        "components": {"schemas": SCHEMAS},
    }


_LICENSE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{endpoint.schema}"}
    answer = {"description": endpoint.about, "headers": _ETAG, "content": {"application/json": {"schema": schema}}}
    return {
        "operationId": endpoint.name,
        "summary": endpoint.about,
        "parameters": [_parameter(one) for one in endpoint.parameters],
        "responses": {
            "200": answer,
            "304": {"description": "The asker has it already (If-None-Match)", "headers": _ETAG},
            **{str(status): _problem(status) for status in (400, 404, 503)},
        },
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    return {
        "name": one.name,
        "in": "path" if one.in_path else "query",
        "required": one.required,
        "description": one.about,
        "schema": one.schema,
    }


def _problem(status: int) -> dict[str, Any]:
    content = {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": TITLES[status], "content": content}
