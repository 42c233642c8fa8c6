"""Documents over the web channel, with the real account service: once, in the session, and no more.

The page about a folio tells what a sheet shows, and nothing typed in its address is markup.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect
from web_browser import Browsing, opened, say
from web_http import entries, message, open_bearer, open_cookie, problem
from web_peers import SCRIPT, FakeDemo, Gateway, gateway

from accounts.documents.schemas import Issued, download_path
from conversations.documents import AccountsDocuments

sys.path.append(str(Path(__file__).resolve().parents[1] / "accounts"))
from accounts_peers import TOKEN, Service, serving, settings_for, sqlite_url


@dataclass
class Channel:
    """A gateway and the account service behind it."""

    at: Gateway
    service: Service

    async def issued(self) -> Issued:
        """Issue a document to whoever wrote last."""
        asked = self.at.brain.questions[-1]
        people = (await self.service.client.demo_people(showcase=True)).people
        await self.service.verify(people[0].nss, asked.conversation, asked.identity)
        return await self.service.client.issue_document(
            asked.conversation, asked.identity, "estado_de_cuenta"
        )


@pytest.fixture
async def channel(tmp_path: Path) -> AsyncIterator[Channel]:
    async with serving(settings_for(sqlite_url(tmp_path))) as service:
        documents = AccountsDocuments(service.base_url, TOKEN)
        async with gateway(
            tmp_path, demo=FakeDemo(), documents=documents, verification_burst=6, download_burst=4
        ) as at:
            yield Channel(at, service)


async def written(http: aiohttp.ClientSession, at: Gateway, headers: dict[str, str]) -> None:
    async with http.post(
        f"{at.url}/api/messages", json=message(text="uno dos"), headers=headers
    ) as sent:
        assert sent.status == 202
    await entries(http, at, headers, until=2)


def address(channel: Channel, issued: Issued) -> str:
    return channel.at.url + download_path(issued.token, issued.file_name)


async def test_a_document_is_handed_out_once_to_its_session(
    channel: Channel, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, channel.at)
    await written(http, channel.at, headers)
    issued = await channel.issued()
    url = address(channel, issued)
    async with http.get(url) as nobody:
        await problem(nobody, 401, "no-session")
    stranger = await open_bearer(http, channel.at)
    async with http.get(url, headers=stranger) as other:
        await problem(other, 403, "document-not-verified")
    async with http.head(url, headers=headers) as head:
        assert head.status == 405
    async with http.get(url, headers=headers) as first:
        assert first.status == 200 and first.content_type == "application/pdf"
        assert (await first.read()).startswith(b"%PDF-")
        assert first.headers["Cache-Control"] == "no-store"
        assert first.headers["Content-Disposition"] == (
            'attachment; filename="estado-de-cuenta-2026.pdf"'
        )
    async with http.get(url, headers=headers) as second:
        body = await problem(second, 410, "document-used")
        assert "sirve una sola vez" in body["detail"]
    async with http.get(url.replace(issued.token, "x" * 43), headers=headers) as unknown:
        await problem(unknown, 404, "document-unknown")
    flood = [await _status(http, url, headers) for _ in range(4)]
    assert flood[-1] == 429


async def test_a_link_that_is_late_or_a_service_that_is_away_says_so(
    channel: Channel, http: aiohttp.ClientSession
) -> None:
    csrf = await open_cookie(http, channel.at)
    await written(http, channel.at, {"X-CSRF": csrf})
    issued = await channel.issued()
    channel.service.clock.advance(minutes=9)
    asked = channel.at.brain.questions[-1]
    await channel.service.client.me(asked.conversation, asked.identity)
    channel.service.clock.advance(minutes=2)
    async with http.get(address(channel, issued)) as late:
        await problem(late, 410, "document-expired")
    channel.at.core._documents = AccountsDocuments("http://127.0.0.1:9", TOKEN)
    async with http.get(address(channel, issued)) as away:
        await problem(away, 503, "documents-away")
    async with http.get(f"{channel.at.url}/verificar/{issued.folio}") as page:
        assert page.status == 503 and "No disponible" in await page.text()
    await channel.at.core._documents.close()


async def test_the_page_of_a_folio_tells_what_the_sheet_shows(
    channel: Channel, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, channel.at)
    await written(http, channel.at, headers)
    issued = await channel.issued()
    found = await channel.service.client.verify_document(issued.folio)
    for folio in (issued.folio, issued.folio.lower()):
        async with http.get(f"{channel.at.url}/verificar/{folio}") as page:
            text = await page.text()
            assert page.status == 200 and page.content_type == "text/html"
        for shown in (issued.title, found.fingerprint, found.nss_masked, "24/11/2026, 09:00"):
            assert shown in text
        assert "no tiene validez oficial" in text and "noindex" in text
        assert page.headers["Cache-Control"] == "no-store"
    person = (await channel.service.client.demo_people(showcase=True)).people[0]
    for hidden in (person.first_name, person.nss, person.curp, person.rfc, "$"):
        assert hidden not in text
    for bad in ("%3Cscript%3Ealert(1)%3C%2Fscript%3E", "..%2f..%2fetc", "x" * 41):
        async with http.get(f"{channel.at.url}/verificar/{bad}") as page:
            await problem(page, 404, "not-found")
    for bad in ("x", "DOC-2222-2222-2222"):
        async with http.get(f"{channel.at.url}/verificar/{bad}") as page:
            assert page.status == 404 and "No encontramos ese folio" in await page.text()
    seen = [await _status(http, f"{channel.at.url}/verificar/x") for _ in range(4)]
    assert seen[-1] == 429


async def _status(
    http: aiohttp.ClientSession, url: str, headers: dict[str, str] | None = None
) -> int:
    async with http.get(url, headers=headers) as page:
        return page.status


def test_what_is_written_in_an_address_is_escaped() -> None:
    from connectors.settings import Settings
    from connectors.web.documents import Documents

    documents = Documents(None, Settings(), None)  # type: ignore[arg-type]
    text = documents._shown("unknown", 404, {}, folio="<script>alert(1)</script>").text
    assert text is not None and "<script" not in text and "&lt;script&gt;" in text


@pytest.mark.browser
async def test_the_widget_downloads_it_and_says_when_it_is_over(
    channel: Channel, browsing: Browsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await browsing.page()
    await page.goto(channel.at.url)
    await opened(page)
    await say(page, "uno dos", "Respuesta a uno dos")
    issued = await channel.issued()
    reply: dict[str, Any] = {
        "text": "Aquí está tu documento.",
        "document": {
            "title": issued.title,
            "url": download_path(issued.token, issued.file_name),
            "mime": "application/pdf",
        },
    }
    monkeypatch.setitem(SCRIPT, "papel", [reply])  # type: ignore[arg-type]
    await say(page, "papel", issued.title)
    button = page.get_by_role("button", name=issued.title)
    async with page.expect_download() as waiting:
        await button.click()
    download = await waiting.value
    assert download.suggested_filename == "estado-de-cuenta-2026.pdf"
    assert Path(await download.path()).read_bytes().startswith(b"%PDF-")
    await expect(page.locator(".outcome")).to_have_text("Descargado")
    await expect(button).to_be_disabled()
    await browsing.clean(page)
    await page.reload()
    if await page.get_by_role("button", name="Abrir chat").is_visible():
        await page.get_by_role("button", name="Abrir chat").click()
    await button.click()
    await expect(page.locator(".outcome")).to_contain_text("sirve una sola vez")
    await expect(page.locator("button.document")).to_be_disabled()
    # The browser itself reports a 410 on its console.
    assert all("410" in problem for problem in browsing.problems)


@pytest.mark.browser
async def test_the_page_of_a_folio_is_for_everybody(channel: Channel, browsing: Browsing) -> None:
    page = await browsing.page()
    await page.goto(channel.at.url)
    await opened(page)
    await say(page, "uno dos", "Respuesta a uno dos")
    issued = await channel.issued()
    for scheme in ("light", "dark"):
        sheet = await browsing.page(scheme)
        await sheet.goto(f"{channel.at.url}/verificar/{issued.folio}")
        await expect(sheet.get_by_role("heading", level=1)).to_have_text(
            "Este folio sí es de Chat Infonavit"
        )
        found = await Axe().run(sheet)
        assert found.violations_count == 0, found.generate_report()
        width = await sheet.evaluate("document.documentElement.scrollWidth")
        assert width <= 390
        await browsing.clean(sheet)
