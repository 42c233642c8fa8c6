"""The widget by keyboard, on the smallest screen and under axe."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect
from web_browser import COMPOSER, Browsing, opened, say
from web_peers import Gateway

pytestmark = pytest.mark.browser
AXE = {
    "runOnly": {
        "type": "tag",
        "values": [
            "wcag2a",
            "wcag2aa",
            "wcag21a",
            "wcag21aa",
            "wcag22aa",
            "best-practice",
        ],
    }
}


async def test_keyboard_alone_is_enough(page: Page) -> None:
    launcher = page.get_by_role("button", name="Abrir chat")
    await launcher.focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="¿Cuánto debo?").wait_for()
    await expect(page.get_by_label(COMPOSER)).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await expect(page.get_by_role("button", name="Citas")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.get_by_text("Recibí: /opcion5").wait_for()
    await page.get_by_role("button", name="Más opciones").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Empezar de nuevo")).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_role("menuitem", name="Cerrar sesión")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Más opciones")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(launcher).to_be_focused()


async def test_on_a_phone_the_focus_stays_in_the_chat(page: Page) -> None:
    await opened(page)
    for _ in range(25):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.localName") == "chat-infonavit"


@pytest.mark.parametrize("large", [False, True])
async def test_nothing_scrolls_sideways_at_320(
    web_gateway: Gateway, browsing: Browsing, large: bool
) -> None:
    page = await browsing.page(width=320, height=640)
    await page.goto(web_gateway.url)
    wide = "document.scrollingElement.scrollWidth <= innerWidth"
    assert await page.evaluate(wide)
    await opened(page)
    if large:
        await page.get_by_role("button", name="Más opciones").click()
        await page.get_by_role("menuitemcheckbox", name="Texto grande").click()
    await page.get_by_label(COMPOSER).fill("palabra" * 40)
    await page.keyboard.press("Enter")
    for text, expected in (("lista", "nómina:"), ("tarjeta", "Próximo pago"), ("pasos", "Paso 2")):
        await say(page, text, expected)
    await say(page, "saldo", "Dato protegido")
    overflow = await page.locator("chat-infonavit").evaluate(
        "r => [...r.shadowRoot.querySelectorAll('.all *:not(.spoken)')]"
        ".filter(n => n.getBoundingClientRect().right > 320.5).map(n => n.className)"
    )
    assert overflow == []
    assert await page.evaluate(wide)


AXE_STATES: dict[str, tuple[tuple[str, str], ...]] = {
    "conversation": (("lista", "nómina:"), ("tarjeta", "Próximo pago"), ("pasos", "Paso 2 de 5")),
    "secure": (("documento", "Constancia"), ("saldo", "Dato protegido")),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", [*AXE_STATES, "closed", "menu", "sheet", "ended"])
async def test_axe_finds_nothing(
    web_gateway: Gateway, browsing: Browsing, scheme: str, state: str
) -> None:
    page = await browsing.page(scheme, width=1024, height=900)
    await page.goto(web_gateway.url)
    await page.locator("#personas li").first.wait_for()
    if state != "closed":
        await opened(page)
    for text, expected in AXE_STATES.get(state, ()):
        await say(page, text, expected)
    if state in {"menu", "sheet", "ended"}:
        await page.get_by_role("button", name="Más opciones").click()
    if state in {"sheet", "ended"}:
        await page.get_by_role("menuitem", name="Cerrar sesión").click()
    if state == "ended":
        await page.get_by_role("alertdialog").get_by_role("button", name="Cerrar sesión").click()
        await page.get_by_text("Cerraste la sesión").wait_for()
    await browsing.clean(page)
    result = await Axe().run(page, options=AXE)
    assert result.violations_count == 0, result.generate_report()
    seen = json.dumps([n["target"] for p in result.response["passes"] for n in p["nodes"]])
    assert "chat-infonavit" in seen
