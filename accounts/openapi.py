"""Describe the contract as OpenAPI 3.1, from the same table and models that serve it."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from accounts.errors import (
    AccountsError,
    Invalid,
    Malformed,
    TooLarge,
    Unauthorized,
    Unavailable,
    UnsupportedMediaType,
)
from accounts.routes import HEALTH, Route
from accounts.schemas import Problem

_REF = "#/components/schemas/{model}"
_PERSONAL = (
    ("X-Conversation", "Conversation that holds the verified session"),
    ("X-Identity", "Channel identity the session was opened for"),
)


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """Build the OpenAPI document."""
    table = list(routes)
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [(Problem, "serialization")]
    models += [(route.answer, "serialization") for route in table if route.answer]
    models += [(route.body, "validation") for route in table if route.body]
    _, definitions = models_json_schema(models, ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for route in table:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Account service", "version": "1.0.0"},
        "security": [{"service": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"service": {"type": "http", "scheme": "bearer"}},
            "schemas": definitions["$defs"],
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.handler.__name__
        if route.handler.__name__ != "handler"
        else "get_" + route.path.removeprefix("/v1/").replace("/", "_").replace("-", "_"),
        "summary": route.summary,
        "parameters": _parameters(route),
        "responses": {str(route.status): _success(route)} | _problems(route),
    }
    if route is HEALTH:
        operation["security"] = []
    if route.upload:
        binary = {"type": "string", "format": "binary"}
        operation["requestBody"] = {
            "required": True,
            "content": {"application/octet-stream": {"schema": binary}},
        }
    if route.body:
        operation["requestBody"] = {"required": True, "content": _content(route.body)}
    return operation


def _content(model: type[BaseModel], kind: str = "application/json") -> dict[str, Any]:
    return {kind: {"schema": {"$ref": _REF.format(model=model.__name__)}}}


def _success(route: Route) -> dict[str, Any]:
    described: dict[str, Any] = {"description": route.summary}
    if route.answer:
        described["content"] = _content(route.answer)
    if route.download:
        binary = {"type": "string", "format": "binary"}
        described["content"] = {route.download: {"schema": binary}}
    return described


def _problems(route: Route) -> dict[str, Any]:
    if route is HEALTH:
        failing = {"description": "It cannot", "content": _content(route.answer or Problem)}
        return {str(Unavailable.status): failing}
    kinds: list[type[AccountsError]] = [Unauthorized, Unavailable, *route.errors]
    if route.body:
        kinds += [Malformed, Invalid, UnsupportedMediaType, TooLarge]
    if route.query:
        kinds.append(Invalid)
    by_status: dict[int, list[str]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, []).append(kind.type)
    return {
        str(status): {
            "description": ", ".join(dict.fromkeys(types)),
            "content": _content(Problem, "application/problem+json"),
        }
        for status, types in sorted(by_status.items())
    }


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    found += [
        {
            "name": name,
            "in": "header",
            "required": True,
            "description": text,
            "schema": {"type": "string"},
        }
        for name, text in _PERSONAL
        if route.personal
    ]
    if route.idempotent:
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "Repeats of the same request get the first answer for 24 hours",
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            }
        )
    if route.query:
        schema = route.query.model_json_schema()
        found += [
            {
                "name": name,
                "in": "query",
                "required": name in schema.get("required", []),
                "schema": field,
            }
            for name, field in schema["properties"].items()
        ]
    return found
