"""Drives Debian's chromium for the widget's tests and screenshots."""

from __future__ import annotations

import os

from playwright.async_api import Browser, Page, Playwright

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
