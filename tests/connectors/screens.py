"""Screenshots of every state of the widget and of the demo page, into var/screens/.

python -m tests.connectors.screens [state ...]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

sys.path.insert(0, str(Path(__file__).parent))

from web_browser import launch, opened, say
from web_peers import FakeDemo, Gateway, gateway

OUT = Path("var/screens")
SIZES = ((320, 640), (390, 844), (768, 1024), (1440, 900))
State = Callable[[Page, Gateway], Awaitable[None]]


async def page_top(page: Page, at: Gateway) -> None:
    await page.get_by_text("Zoraida Quux").first.wait_for()


async def demo_panel(page: Page, at: Gateway) -> None:
    await page_top(page, at)
    await page.locator("#probar").scroll_into_view_if_needed()
    await page.evaluate("document.querySelector('#probar').scrollIntoView({behavior:'instant'})")


async def first_open(page: Page, at: Gateway) -> None:
    await opened(page)


async def typing(page: Page, at: Gateway) -> None:
    await opened(page)
    at.brain.gate.clear()
    await page.get_by_label("Escribe tu mensaje").fill("¿dónde pago mi crédito?")
    await page.keyboard.press("Enter")
    await page.locator(".typing").wait_for()


async def answer(page: Page, at: Gateway) -> None:
    await opened(page)
    await say(page, "lista de formas de pago", "Descuento de nómina:")


async def card(page: Page, at: Gateway) -> None:
    await opened(page)
    await say(page, "tarjeta con mi saldo", "Próximo pago")


async def step(page: Page, at: Gateway) -> None:
    await opened(page)
    await say(page, "pasos para corregir mi RFC", "Paso 2 de 5")


async def step_help(page: Page, at: Gateway) -> None:
    await step(page, at)
    await page.get_by_text("No me sale").click()


async def secure_nss(page: Page, at: Gateway) -> None:
    await opened(page)
    await say(page, "saldo de mi crédito", "Dato protegido:")


async def secure_code(page: Page, at: Gateway) -> None:
    await secure_nss(page, at)
    await page.get_by_label("Número de Seguridad Social").fill("00159800010")
    await page.get_by_role("button", name="Enviar número").click()
    await page.get_by_label("Código de 6 dígitos").wait_for()


async def document(page: Page, at: Gateway) -> None:
    await opened(page)
    await say(page, "documento de mis intereses", "Constancia de intereses")


async def menu(page: Page, at: Gateway) -> None:
    await opened(page)
    await page.get_by_role("button", name="Más opciones").click()


async def confirm(page: Page, at: Gateway) -> None:
    await menu(page, at)
    await page.get_by_role("menuitem", name="Empezar de nuevo").click()


async def privacy(page: Page, at: Gateway) -> None:
    await menu(page, at)
    await page.get_by_role("menuitem", name="Privacidad").click()
    await page.get_by_text("no con una persona").wait_for()


async def large_text(page: Page, at: Gateway) -> None:
    await menu(page, at)
    await page.get_by_role("menuitemcheckbox", name="Texto grande").click()


async def signed_out(page: Page, at: Gateway) -> None:
    await menu(page, at)
    await page.get_by_role("menuitem", name="Cerrar sesión").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Cerrar sesión").click()
    await page.get_by_text("Cerraste la sesión").wait_for()


async def offline(page: Page, at: Gateway) -> None:
    await opened(page)
    await page.context.set_offline(True)
    await page.get_by_text("No tienes conexión").wait_for()
    await page.get_by_label("Escribe tu mensaje").fill("¿Dónde pago?")
    await page.keyboard.press("Enter")
    await page.get_by_text("Sale en cuanto haya").wait_for()


async def failed(page: Page, at: Gateway) -> None:
    await opened(page)
    await page.route("**/api/messages", lambda route: route.abort())
    await page.get_by_label("Escribe tu mensaje").fill("¿Dónde pago mi crédito?")
    await page.keyboard.press("Enter")
    await page.get_by_text("Reintentar").wait_for()


async def reconnecting(page: Page, at: Gateway) -> None:
    await opened(page)
    await page.route("**/api/events", lambda route: route.abort())
    await at.down()
    await at.up()
    await page.locator(".notice.reconnecting").wait_for(timeout=20000)


async def long_draft(page: Page, at: Gateway) -> None:
    await opened(page)
    await page.get_by_label("Escribe tu mensaje").fill("\n".join(["Llevo dos meses pagando"] * 7))


async def unread(page: Page, at: Gateway) -> None:
    await opened(page)
    at.brain.gate.clear()
    await page.get_by_label("Escribe tu mensaje").fill("uno")
    await page.keyboard.press("Enter")
    await page.locator(".typing").wait_for()
    await page.keyboard.press("Escape")
    at.brain.gate.set()
    await page.locator(".unread", has_text="1").wait_for()


STATES: dict[str, State] = {
    state.__name__: state
    for state in (
        page_top,
        demo_panel,
        first_open,
        typing,
        answer,
        card,
        step,
        step_help,
        secure_nss,
        secure_code,
        document,
        menu,
        confirm,
        privacy,
        large_text,
        signed_out,
        offline,
        failed,
        reconnecting,
        long_draft,
        unread,
    )
}


async def shoot(browser: Browser, name: str, scheme: str, size: tuple[int, int]) -> None:
    """Bring a fresh page into a state and take its picture."""
    with tempfile.TemporaryDirectory() as folder:
        async with gateway(Path(folder), demo=FakeDemo()) as at:
            context = await browser.new_context(
                locale="es-MX",
                timezone_id="America/Mexico_City",
                viewport={"width": size[0], "height": size[1]},
                color_scheme=scheme,  # type: ignore[arg-type]
                reduced_motion="reduce",
            )
            page = await context.new_page()
            page.set_default_timeout(10_000)
            await page.goto(at.url)
            await STATES[name](page, at)
            await page.wait_for_timeout(150)
            await page.screenshot(path=OUT / f"{name}-{size[0]}-{scheme}.png")
            await context.close()


async def main(names: list[str]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        for name in names or STATES:
            for scheme in ("light", "dark"):
                for size in SIZES:
                    try:
                        await shoot(browser, name, scheme, size)
                    except Exception as error:
                        print(f"{name} {scheme} {size}: {error}", file=sys.stderr)
            print(name, flush=True)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
