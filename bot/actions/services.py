"""What the actions share in one process: knowledge, sentences, clock and the account service."""

from __future__ import annotations

from functools import cache

from accounts.client import AccountsClient
from bot.messages import Messages
from bot.settings import BotSettings
from kb.directory import Directory
from kb.hours import Clock, mexico_now
from kb.library import Library


@cache
def library() -> Library:
    """Return the trámites."""
    return Library.load()


@cache
def directory() -> Directory:
    """Return the offices, their hours and the places."""
    return Directory.load()


@cache
def clock() -> Clock:
    """Return the clock of Mexico City, or one that stands still where the settings say so."""
    stopped = _settings().now
    return mexico_now if stopped is None else lambda: stopped


@cache
def messages() -> Messages:
    """Return the assistant's own sentences."""
    return Messages.load()


@cache
def accounts() -> AccountsClient:
    """Return the one client of the account service of this process."""
    settings = _settings()
    return AccountsClient(settings.accounts_url, settings.service_token.get_secret_value())


def _settings() -> BotSettings:
    return BotSettings()  # type: ignore[call-arg]
