"""What the actions share in one process: knowledge, sentences and the account service."""

from __future__ import annotations

from functools import cache

from accounts.client import AccountsClient
from bot.messages import Messages
from bot.settings import BotSettings
from kb.library import Library


@cache
def library() -> Library:
    """Return the trámites."""
    return Library.load()


@cache
def messages() -> Messages:
    """Return the assistant's own sentences."""
    return Messages.load()


@cache
def accounts() -> AccountsClient:
    """Return the one client of the account service of this process."""
    settings = BotSettings()  # type: ignore[call-arg]
    return AccountsClient(settings.accounts_url, settings.service_token.get_secret_value())
