"""The widget in a real browser, over a real server and the real core."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from web_browser import COMPOSER, Browsing, bubbles, opened, same, say, until
from web_peers import XSS, Gateway

pytestmark = pytest.mark.browser


async def test_first_open_greets_and_offers_what_is_most_asked(
    page: Page, browsing: Browsing
) -> None:
    await opened(page)
    assert await page.locator(".live button").count() == 6
    await expect(page.get_by_label(COMPOSER)).to_be_focused()
    await expect(page.locator(".state")).to_have_text("En línea")
    await browsing.clean(page)


async def test_send_and_receive(page: Page, web_gateway: Gateway, browsing: Browsing) -> None:
    await opened(page)
    web_gateway.brain.gate.clear()
    await page.get_by_label(COMPOSER).fill("uno")
    await page.keyboard.press("Enter")
    await page.locator(".typing").wait_for()
    await expect(page.locator(".delivery")).to_have_text("")
    web_gateway.brain.gate.set()
    await page.get_by_text("Respuesta a uno").wait_for()
    await expect(page.locator(".typing")).to_be_hidden()
    await expect(page.locator(".user .bubble")).to_have_count(1)
    await expect(page.locator(".delivery")).to_have_count(0)
    await browsing.clean(page)


async def test_shift_enter_breaks_and_the_field_grows_to_five_lines(page: Page) -> None:
    await opened(page)
    box = page.get_by_label(COMPOSER)
    low = (await box.bounding_box() or {})["height"]
    heights = []
    for n in range(8):
        await page.keyboard.type(f"línea {n}")
        await page.keyboard.press("Shift+Enter")
        heights.append((await box.bounding_box() or {})["height"])
    assert heights[0] > low
    assert heights[-1] == heights[-2] == pytest.approx(low + 4 * 24, abs=2)
    await page.keyboard.type("fin")
    await page.keyboard.press("Enter")
    await expect(page.locator(".user .bubble")).to_have_count(1)
    assert (await box.bounding_box() or {})["height"] == low


async def test_a_text_too_long_is_told_before_sending(page: Page) -> None:
    await opened(page)
    await page.get_by_label(COMPOSER).fill("a" * 4003)
    await expect(page.get_by_role("alert").first).to_contain_text("Te pasas por 3 caracteres")
    await expect(page.get_by_role("button", name="Enviar")).to_be_disabled()


async def test_a_quick_reply_becomes_the_persons_message(page: Page, web_gateway: Gateway) -> None:
    await opened(page)
    await page.get_by_role("button", name="Dónde pagar").click()
    await page.get_by_text("Recibí: /opcion1").wait_for()
    await expect(page.locator(".user .bubble")).to_have_text("Tú: Dónde pagar")
    await expect(page.locator(".choices")).to_have_count(0)
    assert web_gateway.brain.questions[-1].payload == "/opcion1"


async def test_card_lists_and_links(page: Page) -> None:
    await opened(page)
    await say(page, "tarjeta", "Próximo pago")
    assert await page.locator(".card dd").first.inner_text() == "$318,402.15"
    await say(page, "lista", "Descuento de nómina:")
    assert await page.locator(".bubble li").count() == 3
    link = page.get_by_role("link", name="Mi Cuenta Infonavit")
    assert await link.get_attribute("rel") == "noopener noreferrer nofollow"
    phone = page.get_by_role("link", name="800 008 3900").last
    assert await phone.get_attribute("href") == "tel:8000083900"
    await say(page, "documento", "Constancia de intereses")
    document = page.locator("a.document")
    assert await document.get_attribute("href") == page.url + "documentos/constancia"
    assert "PDF · 47 KB" in await document.inner_text()


async def test_steps_stay_at_hand_and_fold_their_help(page: Page) -> None:
    await opened(page)
    await say(page, "pasos", "Paso 2 de 5")
    assert await page.locator(".rail span").count() == 5
    assert await page.locator(".dock button").all_inner_texts() == [
        "Anterior",
        "Repetir",
        "Siguiente",
        "Salir de la guía",
    ]
    help_text = page.get_by_text("Si no aparece la opción")
    await expect(help_text).to_be_hidden()
    await page.get_by_text("No me sale").click()
    await expect(help_text).to_be_visible()
    await page.get_by_role("button", name="Siguiente").click()
    await expect(page.locator(".dock")).to_be_hidden()


async def test_secure_input_keeps_the_value_out_of_the_conversation(
    page: Page, browsing: Browsing
) -> None:
    await opened(page)
    await say(page, "saldo", "Dato protegido")
    field = page.get_by_label("Número de Seguridad Social")
    assert await field.get_attribute("inputmode") == "numeric"
    await field.fill("hola")
    await field.press("Enter")
    await page.get_by_text("Escribe los 11 dígitos.").wait_for()
    await field.fill("00159800010")
    await field.press("Enter")
    code = page.get_by_label("Código de 6 dígitos")
    await code.wait_for()
    assert await code.get_attribute("autocomplete") == "one-time-code"
    await expect(page.locator(".left")).to_contain_text("Vence en 9:5")
    await expect(page.locator("#sms .digits")).to_have_text("482913")
    await code.fill("482913")
    await page.get_by_role("button", name="Enviar código").click()
    await page.get_by_text("Próximo pago").wait_for()
    await expect(page.locator("#sms")).to_be_hidden()
    text = await page.locator("chat-infonavit .list").inner_text()
    assert "00159800010" not in text
    assert "482913" not in text
    await expect(page.locator(".settled")).to_have_count(2)
    await browsing.clean(page)


async def test_a_cut_loses_and_repeats_nothing(page: Page, web_gateway: Gateway) -> None:
    await opened(page)
    await say(page, "uno antes", "Respuesta a uno antes")
    seen: list[str | None] = []
    page.on(
        "request",
        lambda r: seen.append(r.headers.get("last-event-id")) if "/api/events" in r.url else None,
    )
    before = await bubbles(page)()
    await web_gateway.down()
    await page.get_by_label(COMPOSER).fill("uno durante")
    await page.keyboard.press("Enter")
    await web_gateway.up()
    await page.get_by_text("Respuesta a uno durante").wait_for(timeout=20_000)
    after = await bubbles(page)()
    assert after == [*before, "Tú: uno durante", "Asistente virtual: Respuesta a uno durante"]
    assert seen
    # Greeting (two bubbles) and one turn: entries one to four were already here.
    assert set(seen) == {"4"}


async def test_reload_keeps_the_history(page: Page, browsing: Browsing) -> None:
    await opened(page)
    await say(page, "tarjeta", "Próximo pago")
    before = await bubbles(page)()
    await page.reload()
    await page.get_by_text("Próximo pago").wait_for()
    await until(lambda: same(bubbles(page), before))
    await expect(page.locator(".live button")).to_have_count(3)
    await say(page, "uno", "Respuesta a uno")
    await browsing.clean(page)


async def test_start_again_leaves_nothing_behind(page: Page, browsing: Browsing) -> None:
    await opened(page)
    await say(page, "tarjeta", "Próximo pago")
    await page.get_by_role("button", name="Más opciones").click()
    await page.get_by_role("menuitem", name="Empezar de nuevo").click()
    dialog = page.get_by_role("alertdialog")
    await dialog.get_by_role("button", name="Cancelar").click()
    await expect(page.get_by_text("Próximo pago")).to_be_visible()
    await page.get_by_role("button", name="Más opciones").click()
    await page.get_by_role("menuitem", name="Empezar de nuevo").click()
    await dialog.get_by_role("button", name="Empezar de nuevo").click()
    await page.get_by_role("button", name="¿Cuánto debo?").wait_for()
    await expect(page.get_by_text("Próximo pago")).to_have_count(0)
    await expect(page.locator(".user .bubble")).to_have_count(0)
    await say(page, "uno", "Respuesta a uno")
    await browsing.clean(page)


async def test_sign_out_forgets_the_conversation(page: Page) -> None:
    await opened(page)
    await page.get_by_role("button", name="Más opciones").click()
    await page.get_by_role("menuitem", name="Cerrar sesión").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Cerrar sesión").click()
    await page.get_by_text("Cerraste la sesión").wait_for()
    await expect(page.locator(".bubble")).to_have_count(0)
    assert await page.context.cookies() == []
    await page.get_by_role("button", name="Empezar una conversación").click()
    await page.get_by_role("button", name="¿Cuánto debo?").wait_for()


async def test_a_session_that_ended_is_told(page: Page, web_gateway: Gateway) -> None:
    await opened(page)
    await page.context.clear_cookies()
    await page.get_by_label(COMPOSER).fill("uno")
    await page.keyboard.press("Enter")
    await page.get_by_text("Cerramos la sesión por seguridad").wait_for()
    await page.get_by_role("button", name="Empezar una conversación").click()
    await page.get_by_role("button", name="¿Cuánto debo?").wait_for()


async def test_a_failed_message_can_be_sent_again_or_dropped(page: Page) -> None:
    await opened(page)
    await page.route("**/api/messages", lambda route: route.abort())
    box = page.get_by_label(COMPOSER)
    await box.fill("uno")
    await page.keyboard.press("Enter")
    await page.get_by_text("No se envió.").first.wait_for()
    await page.unroute("**/api/messages")
    await page.get_by_role("button", name="Reintentar").click()
    await page.get_by_text("Respuesta a uno").wait_for()
    await expect(page.locator(".user .bubble")).to_have_count(1)


async def test_offline_messages_leave_when_the_line_is_back(page: Page) -> None:
    await opened(page)
    await page.context.set_offline(True)
    await page.get_by_text("No tienes conexión").wait_for()
    await page.get_by_label(COMPOSER).fill("uno")
    await page.keyboard.press("Enter")
    await page.get_by_text("Sale en cuanto haya").wait_for()
    await page.context.set_offline(False)
    await page.get_by_text("Respuesta a uno").wait_for(timeout=20_000)
    await expect(page.locator(".notice")).to_be_hidden()


async def test_unread_messages_are_counted_while_closed(page: Page, web_gateway: Gateway) -> None:
    await opened(page)
    web_gateway.brain.gate.clear()
    await page.get_by_label(COMPOSER).fill("uno")
    await page.keyboard.press("Enter")
    await page.locator(".typing").wait_for()
    await page.keyboard.press("Escape")
    web_gateway.brain.gate.set()
    button = page.get_by_role("button", name="Abrir chat, 1 mensaje nuevo")
    await button.click()
    await expect(page.locator(".unread")).to_be_hidden()


async def test_what_is_said_is_never_markup(page: Page, browsing: Browsing) -> None:
    await opened(page)
    for text in XSS:
        await page.get_by_label(COMPOSER).fill(text)
        await page.keyboard.press("Enter")
    await say(page, "xss", "fin")
    root = page.locator("chat-infonavit")
    for tag in ("img", "script", "iframe", "svg:not(.icon)", "b"):
        assert await root.locator(tag).count() == 0, tag
    hrefs = await root.locator("a").evaluate_all("links => links.map(a => a.href)")
    assert all(h.startswith(("https://www.gob.mx/", "tel:")) for h in hrefs), hrefs
    handlers = await root.evaluate(
        "r => [...r.shadowRoot.querySelectorAll('*')]"
        ".flatMap(n => n.getAttributeNames()).filter(n => n.startsWith('on') || n === 'style')"
    )
    assert [name for name in handlers if name != "style"] == []
    await browsing.clean(page)


async def test_privacy_and_download(page: Page) -> None:
    await opened(page)
    await say(page, "tarjeta", "Próximo pago")
    await page.get_by_role("button", name="Más opciones").click()
    await page.get_by_role("menuitem", name="Privacidad").click()
    await page.get_by_text("no con una persona").wait_for()
    await page.get_by_role("button", name="Entendido").click()
    await page.get_by_role("button", name="Más opciones").click()
    async with page.expect_download() as waiting:
        await page.get_by_role("menuitem", name="Descargar conversación").click()
    text = Path(await (await waiting.value).path()).read_text(encoding="utf-8")
    assert "Saldo: $318,402.15" in text
    assert "**" not in text


async def test_demo_people_can_be_found(page: Page) -> None:
    await expect(page.locator("#personas li")).to_have_count(6)
    await page.get_by_role("button", name="Ver más personas").click()
    await expect(page.locator("#personas li")).to_have_count(9)
    await page.get_by_label("Buscar por nombre o situación").fill("vsm")
    await expect(page.locator("#personas li")).to_have_count(1)
