"""/openapi.json: generated from the list of routes and the very structs that are decoded and encoded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from consent import __version__
from consent.web.base import Problem
from consent.web.route import Route

_PARAMETER = re.compile(r"\{(?P<name>\w+)(?::(?P<pattern>(?:[^{}]|\{[^{}]*\})+))?\}")
_REASONS = {
    400: "The event cannot be accepted; field names the value that is wrong",
    401: "There is no token, or none that holds",
    403: "The page that sent it is none of the site's, or the token may not do this",
    406: "That format cannot be made here.",
    404: "There is no such thing",
    408: "The body did not arrive in time",
    409: "The event id stands for another event",
    413: "The body is too large",
    415: "The body is declared as something else than JSON",
    429: "Too many requests from this client; try again after Retry-After seconds",
    503: "Nothing was stored; try again after Retry-After seconds",
}


def openapi(routes: Iterable[Route], public_url: str) -> bytes:
    """Return the OpenAPI 3.1 document as JSON."""
    routes = tuple(routes)
    types: list[Any] = [kind for route in routes for kind in (route.takes, route.answers) if kind is not None]
    types.append(Problem)
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    schema_of = dict(zip(types, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = _PARAMETER.sub(r"{\g<name>}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, schema_of)
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Consentry", "version": __version__},
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _operation(route: Route, schema_of: dict[type[Any], Any]) -> dict[str, Any]:
    content: dict[str, Any] = {media: {"schema": {"type": "string"}} for media in route.media}
    if route.answers is not None:
        content["application/json"] = {
            "schema": {
                "type": "object",
                "required": ["data"],
                "properties": {"data": schema_of[route.answers]},
            }
        }
    responses: dict[str, Any] = {str(route.status): {"description": route.summary}}
    if content:
        responses[str(route.status)]["content"] = content
    for status in route.problems:
        responses[str(status)] = {
            "description": _REASONS[status],
            "content": {"application/problem+json": {"schema": schema_of[Problem]}},
        }
    operation: dict[str, Any] = {
        "operationId": route.handler.__name__ + ("" if route.method != "OPTIONS" else _suffix(route.path)),
        "summary": route.summary,
        "responses": responses,
    }
    parameters = [
        {
            "name": match["name"],
            "in": "path",
            "required": True,
            "schema": {
                "type": "string",
                **({"pattern": f"^({match['pattern']})$"} if match["pattern"] else {}),
            },
        }
        for match in _PARAMETER.finditer(route.path)
    ]
    parameters += [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}} for name in route.query
    ]
    if route.scope is not None:
        # OpenAPI 3.1: the list names the scopes, also of a scheme that is not OAuth.
        operation["security"] = [{"token": [str(route.scope)]}]
    if parameters:
        operation["parameters"] = parameters
    if route.takes is not None:
        schema = {"schema": schema_of[route.takes]}
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": schema} | ({"text/plain": schema} if route.scope is None else {}),
        }
    return operation


def _suffix(path: str) -> str:
    return "_" + "_".join(re.findall(r"[a-z]+", _PARAMETER.sub(r"\g<name>", path)))
