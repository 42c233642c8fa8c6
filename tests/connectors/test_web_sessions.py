"""Web sessions: who may open, use and end one."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import aiohttp
import pytest
from web_http import LIMIT, events, message, open_bearer, open_cookie, problem
from web_peers import Gateway, gateway

from connectors.settings import Settings


async def test_session_ignores_a_chosen_id_and_protects_the_cookie(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    response = await http.post(
        f"{web_gateway.url}/api/session",
        json={"mode": "cookie", "greet": False},
        cookies={"chat": "elegido"},
    )
    header = response.headers["Set-Cookie"]
    assert response.cookies["chat"].value != "elegido"
    assert "HttpOnly" in header
    assert "SameSite=Strict" in header
    assert "Path=/" in header
    assert (await response.json()).keys() == {"conversation", "csrf"}


async def test_https_behind_a_proxy_uses_the_host_prefix(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with gateway(tmp_path, public_url="https://chat.sitio.mx/") as at:
        response = await http.post(
            f"{at.url}/api/session",
            json={"mode": "cookie"},
            headers={"Origin": "https://chat.sitio.mx"},
        )
        header = response.headers["Set-Cookie"]
        assert header.startswith("__Host-chat=")
        assert "Secure" in header
        assert "Domain" not in header
        assert "Strict-Transport-Security" in response.headers


async def test_a_new_session_ends_the_one_before(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    await open_cookie(http, web_gateway)
    old = {c.key: c.value for c in http.cookie_jar}
    await open_cookie(http, web_gateway)
    assert {c.key: c.value for c in http.cookie_jar} != old
    async with aiohttp.ClientSession(cookies=old) as other:
        await problem(await other.get(f"{web_gateway.url}/api/session"), 401, "no-session")


async def test_tokens_are_stored_only_hashed(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    token = headers["Authorization"].split()[1]
    rows = sqlite3.connect(web_gateway.folder / "web.sqlite3").execute("select * from web_sessions")
    assert token not in str(rows.fetchall())


async def test_writes_want_csrf_and_the_same_site(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    csrf = await open_cookie(http, web_gateway)
    url = f"{web_gateway.url}/api/messages"
    body = message(text="hola")
    for headers in (
        {},
        {"X-CSRF": "otro"},
        {"X-CSRF": "ñ"},
        {"X-CSRF": csrf, "Origin": "https://evil.example"},
        {"X-CSRF": csrf, "Origin": "null"},
        {"X-CSRF": csrf, "Sec-Fetch-Site": "cross-site"},
        # On the list, yet a cookie is only for our own page.
        {"X-CSRF": csrf, "Origin": "https://sitio.mx"},
    ):
        await problem(await http.post(url, json=body, headers=headers), 403, "forbidden")
    good = {"X-CSRF": csrf, "Origin": web_gateway.url, "Sec-Fetch-Site": "same-origin"}
    assert (await http.post(url, json=body, headers=good)).status == 202


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "https://sitio.mx.evil.example",
        "http://sitio.mx",
        "https://sitio.mx:444",
        "https://evilsitio.mx",
    ],
)
async def test_other_origins_are_refused(
    web_gateway: Gateway, http: aiohttp.ClientSession, origin: str
) -> None:
    url = f"{web_gateway.url}/api/session"
    response = await http.post(url, json={"mode": "bearer"}, headers={"Origin": origin})
    await problem(response, 403, "forbidden")
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_a_listed_origin_gets_a_token_and_no_cookie(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    url = f"{web_gateway.url}/api/session"
    origin = {"Origin": "https://sitio.mx"}
    await problem(await http.post(url, json={"mode": "cookie"}, headers=origin), 403, "forbidden")
    response = await http.post(url, json={"mode": "bearer"}, headers=origin)
    assert response.status == 201
    assert response.headers["Access-Control-Allow-Origin"] == "https://sitio.mx"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Set-Cookie" not in response.headers
    preflight = await http.options(url, headers={**origin, "Access-Control-Request-Method": "POST"})
    assert preflight.status == 204
    assert "authorization" in preflight.headers["Access-Control-Allow-Headers"]


async def test_a_token_is_no_cookie(web_gateway: Gateway, http: aiohttp.ClientSession) -> None:
    token = (await open_bearer(http, web_gateway))["Authorization"].split()[1]
    response = await http.get(f"{web_gateway.url}/api/session", cookies={"chat": token})
    await problem(response, 401, "no-session")


async def test_a_closed_session_is_over_everywhere(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    stream = await http.get(f"{web_gateway.url}/api/events", headers=headers)
    assert (await http.delete(f"{web_gateway.url}/api/session", headers=headers)).status == 204
    async with asyncio.timeout(LIMIT):
        assert [data async for name, data in events(stream) if name == "closed"] == [
            {"reason": "session"}
        ]
    await problem(
        await http.get(f"{web_gateway.url}/api/events", headers=headers), 401, "no-session"
    )
    response = await http.post(
        f"{web_gateway.url}/api/messages", json=message(text="a"), headers=headers
    )
    await problem(response, 401, "no-session")


async def test_idle_sessions_end(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    async with gateway(tmp_path) as at:
        headers = await open_bearer(http, at)
        with sqlite3.connect(tmp_path / "web.sqlite3") as database:
            database.execute("update web_sessions set seen_at = seen_at - 43201")
        await problem(await http.get(f"{at.url}/api/session", headers=headers), 401, "no-session")


@pytest.mark.parametrize("origin", ["*", "https://*.mx", "sitio.mx", "https://sitio.mx/x"])
def test_origins_are_exact(origin: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        Settings(allowed_origins=(origin,))


def test_origins_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_ALLOWED_ORIGINS", "https://a.mx, https://B.mx")
    assert Settings().allowed_origins == ("https://a.mx", "https://b.mx")
