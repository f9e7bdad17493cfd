from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec

from consent.model.records import ConsentEvent, ConsentRecord
from consent.web.openapi import openapi
from consent.web.routes import ROUTES
from tests.consent.factories import PUBLIC_URL, client_of, published

DOCUMENT = json.loads(openapi(ROUTES, PUBLIC_URL))


def test_every_route_is_described_and_nothing_else() -> None:
    described = {
        (method.upper(), path) for path, operations in DOCUMENT["paths"].items() for method in operations
    }
    listed = {
        (route.method, re.sub(r"\{(\w+):(?:[^{}]|\{[^{}]*\})*\}", r"{\1}", route.path)) for route in ROUTES
    }
    assert described == listed


def test_every_reference_leads_somewhere() -> None:
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)))
    assert references
    assert references <= set(DOCUMENT["components"]["schemas"])


def test_the_schemas_are_those_of_the_structs() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for kind in (ConsentEvent, ConsentRecord):
        assert set(schemas[kind.__name__]["properties"]) == {one.name for one in msgspec.structs.fields(kind)}
    assert schemas["ConsentEvent"]["additionalProperties"] is False


def test_operations_have_names_of_their_own_and_their_parameters() -> None:
    operations = [operation for path in DOCUMENT["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    for path, methods in DOCUMENT["paths"].items():
        for operation in methods.values():
            in_path = [one for one in operation.get("parameters", ()) if one["in"] == "path"]
            assert {one["name"] for one in in_path} == set(re.findall(r"\{(\w+)\}", path))


async def test_it_is_served(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _), client_of(store) as client:
        answer = await client.get("/openapi.json")
        assert await answer.json(content_type="application/json") == DOCUMENT


def test_what_needs_a_token_says_so_with_its_scope() -> None:
    for path, methods in DOCUMENT["paths"].items():
        for operation in methods.values():
            assert ("security" in operation) == path.startswith("/v1/admin")
    export = DOCUMENT["paths"]["/v1/admin/sites/{site}/export"]["get"]
    assert export["security"] == [{"token": ["read"]}]
    assert {one["name"] for one in export["parameters"]} == {"site", "format", "since", "until"}
