"""Drives Debian's chromium for the widget's tests and screenshots."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from playwright.async_api import Browser, BrowserContext, Page, Playwright

COMPOSER = "Escribe tu mensaje"
WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective));
"""


CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


async def launch(playwright: Playwright) -> Browser:
    """Start the browser without anything that calls home."""
    return await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


async def opened(page: Page) -> None:
    """Open the chat and wait for the greeting's choices."""
    await page.get_by_role("button", name="Abrir chat").click()
    await page.get_by_role("button", name="¿Cuánto debo?").wait_for()


async def say(page: Page, text: str, expected: str) -> None:
    """Write a message and wait for a text of the answer."""
    await page.get_by_label("Escribe tu mensaje").fill(text)
    await page.keyboard.press("Enter")
    await page.get_by_text(expected).last.wait_for()


@dataclass
class Browsing:
    """A browser, its pages and everything they complained about."""

    browser: Browser
    problems: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    async def page(self, scheme: str = "light", width: int = 390, height: int = 760) -> Page:
        context = await self.browser.new_context(
            locale="es-MX",
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            accept_downloads=True,
        )
        self.contexts.append(context)
        await context.add_init_script(WATCH)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda m: m.type == "error" and self.problems.append(m.text))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("dialog", lambda dialog: self.problems.append(f"dialog {dialog.message}"))
        return page

    async def clean(self, page: Page) -> None:
        """Check that neither the console nor the policy complained."""
        assert self.problems == []
        assert await page.evaluate("violations") == []


async def until(check: Callable[[], Awaitable[bool] | bool], limit: float = 10) -> None:
    async with asyncio.timeout(limit):
        while True:
            result = check()
            if result is True or (not isinstance(result, bool) and await result):
                return
            await asyncio.sleep(0.02)


def bubbles(page: Page) -> Callable[[], Awaitable[list[str]]]:
    return page.locator(".bubble").all_text_contents


async def same(read: Callable[[], Awaitable[list[str]]], expected: list[str]) -> bool:
    return await read() == expected
