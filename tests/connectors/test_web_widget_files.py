"""Attaching a file in the widget: by mouse and keyboard, what is refused, and what is sent."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import FilePayload, Page, expect
from web_browser import COMPOSER, Browsing, opened, say
from web_peers import Gateway

pytestmark = pytest.mark.browser

ATTACH = "Adjuntar archivo"


def file(content: bytes = b"<x/>") -> FilePayload:
    return {"name": "recibo de juan.xml", "mimeType": "text/xml", "buffer": content}


async def choosing(page: Page) -> None:
    """Open the chat with file choosers caught from the start.

    The browser takes a moment to begin catching them; a key pressed before that opens none.
    """
    page.on("filechooser", lambda _: None)
    await opened(page)


async def attach(page: Page, content: bytes = b"<x/>") -> None:
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name=ATTACH).click()
    await (await chooser.value).set_files(file(content))


async def test_a_file_is_sent_without_its_name(
    page: Page, web_gateway: Gateway, browsing: Browsing
) -> None:
    await choosing(page)
    sent: list[bytes] = []
    page.on("request", lambda r: sent.append(r.post_data_buffer or b""))
    web_gateway.files.gate.clear()
    await attach(page)
    await expect(page.locator(".delivery")).to_have_text("Subiendo archivo…")
    await expect(page.get_by_label(COMPOSER)).to_be_focused()
    web_gateway.files.gate.set()
    await page.get_by_text("[archivo recibido]").wait_for()
    await page.get_by_text("Recibí: /archivo").wait_for()
    await expect(page.locator(".user .bubble")).to_have_count(1)
    assert b"juan" not in b"".join(sent)
    assert "juan" not in await page.content()
    await browsing.clean(page)


async def test_the_keyboard_attaches(page: Page, web_gateway: Gateway) -> None:
    await choosing(page)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name=ATTACH)).to_be_focused()
    async with page.expect_file_chooser() as chooser:
        await page.keyboard.press("Enter")
    await (await chooser.value).set_files(file())
    await page.get_by_text("[archivo recibido]").wait_for()


async def test_a_key_is_told_as_not_accepted(page: Page) -> None:
    await choosing(page)
    await attach(page, b"-----BEGIN PRIVATE KEY-----")
    await page.get_by_text("[archivo no aceptado: ya se borró]").wait_for()
    await page.get_by_text('Recibí: /archivo{"motivo":"private_key"}').wait_for()


async def test_a_file_too_big_is_told_before_it_leaves(page: Page, web_gateway: Gateway) -> None:
    await choosing(page)
    await attach(page, b"x" * (5 * 1024 * 1024 + 1))
    await expect(page.locator(".delivery .error")).to_contain_text("más de 5 MB")
    await expect(page.get_by_role("button", name="Reintentar")).to_have_count(0)
    await page.get_by_role("button", name="Descartar").click()
    await expect(page.locator(".user .bubble")).to_have_count(0)
    assert web_gateway.files.taken == []
    await say(page, "uno", "Respuesta a uno")


async def test_the_service_away_offers_to_try_again(page: Page, web_gateway: Gateway) -> None:
    await choosing(page)
    web_gateway.files.away = True
    await attach(page)
    await expect(page.locator(".delivery .error")).to_contain_text(
        "no puedo revisar archivos", timeout=20_000
    )
    web_gateway.files.away = False
    await page.get_by_role("button", name="Reintentar").click()
    await page.get_by_text("[archivo recibido]").wait_for()


async def test_the_same_file_may_be_sent_again(page: Page) -> None:
    await choosing(page)
    for count in (1, 2):
        await attach(page)
        await expect(page.get_by_text("[archivo recibido]")).to_have_count(count)


async def test_it_is_accessible(page: Page) -> None:
    await choosing(page)
    await attach(page)
    await page.get_by_text("Recibí: /archivo").wait_for()
    box = await page.get_by_role("button", name=ATTACH).bounding_box()
    assert box and min(box["width"], box["height"]) >= 44
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
