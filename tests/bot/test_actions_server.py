"""The action server: token, health, and errors that never repeat what was sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from brain_parts import SETTINGS, TOKEN

from bot.actions_server import create_app

SECRET = "MI-TEXTO-PRIVADO"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def server() -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(create_app(SETTINGS))) as client:
        yield client


def call(action: str = "action_charla", **tracker: Any) -> dict[str, Any]:
    state = {
        "sender_id": "c_1",
        "slots": {},
        "latest_message": {"text": SECRET, "intent": {"name": "saludo"}, "entities": []},
        "events": [],
        **tracker,
    }
    return {"next_action": action, "sender_id": "c_1", "tracker": state, "domain": {}}


async def test_health_needs_no_token_and_counts_the_actions(server: TestClient) -> None:
    async with server.get("/health") as response:
        assert response.status == 200
        assert (await response.json())["actions"] > 5


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": ""}])
async def test_a_call_without_the_token_is_refused(
    server: TestClient, headers: dict[str, str]
) -> None:
    async with server.post("/webhook", json=call(), headers=headers) as response:
        assert response.status == 401
        assert response.content_type == "application/problem+json"
        assert SECRET not in await response.text()


async def test_an_action_answers(server: TestClient) -> None:
    async with server.post("/webhook", json=call(), headers=HEADERS) as response:
        assert response.status == 200
        assert (await response.json())["responses"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (f"{{{SECRET}".encode(), 400),
        (b"\xff\xfe", 400),
        (f'["{SECRET}"]'.encode(), 400),
        (f'{{"text": "{SECRET}"}}'.encode(), 400),
        (f'{{"next_action": "action_charla", "x": "{SECRET}"}}'.encode(), 500),
        (f'{{"next_action": "action_charla", "tracker": "{SECRET}"}}'.encode(), 500),
        (b'{"next_action": "action_none", "tracker": {}}', 404),
    ],
)
async def test_an_error_is_a_problem_document_without_the_body(
    server: TestClient, body: bytes, status: int
) -> None:
    async with server.post("/webhook", data=body, headers=HEADERS) as response:
        assert response.status == status
        assert response.content_type == "application/problem+json"
        problem = await response.json()
        assert problem["status"] == status
        assert {"type", "title", "detail"} <= problem.keys()
        assert SECRET not in await response.text()


async def test_a_body_that_is_too_large_is_refused(server: TestClient) -> None:
    body = b" " * (3 * 1024 * 1024)
    async with server.post("/webhook", data=body, headers=HEADERS) as response:
        assert response.status == 413
        assert SECRET not in await response.text()
