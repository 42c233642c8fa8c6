"""What people send over the web, well formed or not."""

from __future__ import annotations

import json
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web_http import entries, message, open_bearer, problem
from web_peers import Gateway, gateway

from connectors.settings import Settings
from connectors.web.bodies import _depth, read_message
from connectors.web.problems import Problem


async def test_a_repeat_adds_nothing(web_gateway: Gateway, http: aiohttp.ClientSession) -> None:
    headers = await open_bearer(http, web_gateway)
    body = message(text="uno")
    for _ in range(3):
        response = await http.post(f"{web_gateway.url}/api/messages", json=body, headers=headers)
        assert response.status == 202
    await entries(http, web_gateway, headers, until=2)
    assert len(web_gateway.brain.questions) == 1


async def test_two_people_may_use_the_same_id(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    body = message(text="uno")
    for _ in range(2):
        headers = await open_bearer(http, web_gateway)
        await http.post(f"{web_gateway.url}/api/messages", json=body, headers=headers)
        found = await entries(http, web_gateway, headers, until=2)
        assert [e["message_id"] for e in found] == [body["id"]] * 2


async def test_choices_leave_without_their_payload(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    url = f"{web_gateway.url}/api/messages"
    await http.post(url, json=message(text="lista"), headers=headers)
    *_, last = await entries(http, web_gateway, headers, until=2)
    assert "/opcion" not in json.dumps(last)
    choice = last["reply"]["choices"][1]
    assert choice.keys() == {"id", "title"}
    await http.post(url, json=message(choice=choice["id"]), headers=headers)
    await entries(http, web_gateway, headers, until=4)
    assert web_gateway.brain.questions[-1].payload == "/opcion1"


async def test_secure_values_never_come_back(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    url = f"{web_gateway.url}/api/messages"
    await http.post(url, json=message(text="saldo"), headers=headers)
    await entries(http, web_gateway, headers, until=2)
    secure = message(secure={"kind": "nss", "value": "00159800010"})
    assert (await http.post(url, json=secure, headers=headers)).status == 202
    found = await entries(http, web_gateway, headers, until=4)
    assert "00159800010" not in json.dumps(found)
    assert (web_gateway.brain.questions[-1].payload or "").startswith("/dar_nss")


BAD: list[tuple[bytes, str, int, str]] = [
    (b"", "application/json", 400, "unreadable"),
    (b"{", "application/json", 400, "unreadable"),
    (b'{"text":"\xff\xfe"}', "application/json", 400, "unreadable"),
    (b"[" * 60_000, "application/json", 400, "too-deep"),
    (b'{"id":' * 5_000, "application/json", 400, "too-deep"),
    (b"[]", "application/json", 422, "wrong-shape"),
    (b'"hola"', "application/json", 422, "wrong-shape"),
    (b"{}", "application/json", 422, "wrong-id"),
    (b"hola", "text/plain", 415, "not-json"),
    (b"text=hola", "application/x-www-form-urlencoded", 415, "not-json"),
    (b'{"text":"' + b"a" * 70_000 + b'"}', "application/json", 413, "too-big"),
]


@pytest.mark.parametrize(("raw", "kind", "status", "name"), BAD)
async def test_broken_bodies_are_problems(
    web_gateway: Gateway,
    http: aiohttp.ClientSession,
    raw: bytes,
    kind: str,
    status: int,
    name: str,
) -> None:
    headers = await open_bearer(http, web_gateway)
    url = f"{web_gateway.url}/api/messages"
    response = await http.post(url, data=raw, headers={**headers, "Content-Type": kind})
    await problem(response, status, name)
    again = await http.post(url, json=message(text="uno"), headers=headers)
    assert again.status == 202


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (message(text=""), "empty"),
        (message(text=" \n\t\u0000\u0007 "), "empty"),
        (message(text="a" * 10_000), "too-long"),
        (message(text=5), "wrong-shape"),
        (message(text="a", choice="b"), "wrong-shape"),
        (message(), "wrong-shape"),
        (message(otro="a"), "wrong-shape"),
        (message(choice="x" * 40), "wrong-shape"),
        (message(choice="a\u0000"), "wrong-shape"),
        (message(secure={"kind": "curp", "value": "x"}), "wrong-shape"),
        (message(secure={"kind": [], "value": "x"}), "wrong-shape"),
        (message(secure={"kind": "nss"}), "wrong-shape"),
        (message(secure={"kind": "nss", "value": "1" * 200}), "too-long"),
        ({"id": "1", "text": "a"}, "wrong-id"),
        ({"id": 7, "text": "a"}, "wrong-id"),
        ({"id": "z" * 36, "text": "a"}, "wrong-id"),
        ({"id": "../" * 12, "text": "a"}, "wrong-id"),
    ],
)
async def test_wrong_messages_are_422(
    web_gateway: Gateway, http: aiohttp.ClientSession, body: dict[str, Any], name: str
) -> None:
    headers = await open_bearer(http, web_gateway)
    response = await http.post(f"{web_gateway.url}/api/messages", json=body, headers=headers)
    await problem(response, 422, name)


@pytest.mark.parametrize(
    "text", ["\ud800roto", "😀" * 50, "/consultar{}", "a\u202eb\u200bc", "<b>"]
)
async def test_odd_texts_are_accepted(
    web_gateway: Gateway, http: aiohttp.ClientSession, text: str
) -> None:
    headers = await open_bearer(http, web_gateway)
    url = f"{web_gateway.url}/api/messages"
    assert (await http.post(url, json=message(text=text), headers=headers)).status == 202
    assert len(await entries(http, web_gateway, headers, until=2)) == 2


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_any_json_is_read_or_refused(value: Any) -> None:
    for data in ({"id": str(uuid.uuid4()), "text": value}, {"id": value, "secure": value}):
        with suppress(Problem):
            assert read_message(data, Settings()).text


def test_brackets_inside_text_are_not_depth() -> None:
    assert _depth(b'{"text":"[[[[\\"[["}') == 1


async def test_a_conversation_closed_elsewhere_refuses_messages(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    look = await http.get(f"{web_gateway.url}/api/session", headers=headers)
    await web_gateway.core.reset((await look.json())["conversation"])
    response = await http.post(
        f"{web_gateway.url}/api/messages", json=message(text="a"), headers=headers
    )
    await problem(response, 409, "closed")


async def test_too_fast_says_when_to_come_back(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    async with gateway(tmp_path, message_burst=3, messages_per_second=0.5) as at:
        headers = await open_bearer(http, at)
        url = f"{at.url}/api/messages"
        answers = [
            await http.post(url, json=message(text="uno"), headers=headers) for _ in range(4)
        ]
        assert [a.status for a in answers] == [202, 202, 202, 429]
        await problem(answers[-1], 429, "too-fast")
        assert int(answers[-1].headers["Retry-After"]) >= 1
