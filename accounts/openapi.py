"""The OpenAPI 3.1 document of the service, made from the schemas it really uses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from accounts import schemas

_REF = "#/components/schemas/{model}"


@dataclass(frozen=True)
class Operation:
    """One operation of the contract."""

    method: str
    path: str
    summary: str
    answer: type[BaseModel] | None
    status: int = 200
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    personal: bool = False
    open: bool = False


OPERATIONS = (
    Operation("get", "/health", "Tell whether the service can answer.", schemas.Health, open=True),
    Operation(
        "post",
        "/v1/vault",
        "Hide values; return a token for each.",
        schemas.Tokens,
        201,
        body=schemas.VaultRequest,
    ),
    Operation(
        "post",
        "/v1/sealed",
        "Keep a content encrypted for a time.",
        schemas.SealedToken,
        201,
        body=schemas.SealRequest,
    ),
    Operation(
        "post",
        "/v1/sealed/open",
        "Return what tokens stand for.",
        schemas.Opened,
        body=schemas.OpenRequest,
    ),
    Operation(
        "post",
        "/v1/identity/start",
        "Send a one-time code to the contact on file.",
        schemas.Started,
        202,
        body=schemas.StartRequest,
    ),
    Operation(
        "post",
        "/v1/identity/verify",
        "Check a one-time code and open a session.",
        schemas.Verification,
        body=schemas.VerifyRequest,
    ),
    Operation(
        "get",
        "/v1/session",
        "Tell the level of a conversation.",
        schemas.SessionState,
        query=schemas.SessionQuery,
    ),
    Operation(
        "delete",
        "/v1/session",
        "End a session and drop what it kept.",
        None,
        204,
        query=schemas.ConversationQuery,
    ),
    Operation("get", "/v1/me", "Tell whose session it is.", schemas.Me, personal=True),
    Operation("get", "/v1/me/credit", "Tell the credit.", schemas.Credit, personal=True),
    Operation(
        "get",
        "/v1/me/credit/next-payment",
        "Tell the next payment.",
        schemas.NextPayment,
        personal=True,
    ),
    Operation(
        "get",
        "/v1/me/credit/movements",
        "Tell the newest movements of the credit.",
        schemas.Movements,
        query=schemas.PageQuery,
        personal=True,
    ),
    Operation("get", "/v1/me/savings", "Tell the savings.", schemas.Savings, personal=True),
    Operation(
        "get",
        "/v1/me/savings/movements",
        "Tell the newest movements of the savings.",
        schemas.SavingsMovements,
        query=schemas.PageQuery,
        personal=True,
    ),
    Operation("get", "/v1/me/points", "Tell the points.", schemas.Points, personal=True),
    Operation(
        "get",
        "/v1/me/application",
        "Tell the stage of the application.",
        schemas.Application,
        personal=True,
    ),
    Operation(
        "get", "/v1/me/notices", "Tell the discount notices.", schemas.Notices, personal=True
    ),
    Operation(
        "get",
        "/v1/demo/people",
        "List the fictitious people (demo only).",
        schemas.DemoPeople,
        query=schemas.DemoQuery,
    ),
    Operation(
        "get",
        "/v1/demo/code",
        "Show the code just sent (demo only).",
        schemas.DemoCode,
        query=schemas.ConversationQuery,
    ),
)
_HEADERS = ("X-Conversation", "X-Identity")


@cache
def document() -> dict[str, Any]:
    """Return the document."""
    models = [op.answer for op in OPERATIONS if op.answer] + [
        op.body for op in OPERATIONS if op.body
    ]
    _, definitions = models_json_schema(
        [(model, "serialization") for model in {*models, schemas.Problem}],
        ref_template=_REF,
    )
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _describe(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Chat Infonavit: account service", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {"service": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"service": []}],
    }


def _describe(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": operation.summary,
        "parameters": _parameters(operation),
        "responses": {
            str(operation.status): _content(operation.answer, "application/json"),
            "default": _content(schemas.Problem, "application/problem+json"),
        },
    }
    if operation.body:
        described["requestBody"] = {
            "required": True,
            **_content(operation.body, "application/json"),
        }
        described["requestBody"].pop("description", None)
    if operation.open:
        described["security"] = []
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    headers = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
        for name in (_HEADERS if operation.personal else ())
    ]
    if operation.query is None:
        return headers
    schema = operation.query.model_json_schema()
    return headers + [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": described,
        }
        for name, described in schema["properties"].items()
    ]


def _content(model: type[BaseModel] | None, kind: str) -> dict[str, Any]:
    if model is None:
        return {"description": "Done."}
    return {
        "description": (model.__doc__ or "").strip(),
        "content": {kind: {"schema": {"$ref": _REF.format(model=model.__name__)}}},
    }
