"""What each process finds in its environment, made from one group of settings."""

from __future__ import annotations

import os
from collections.abc import Mapping

from chat_infonavit import secrets
from chat_infonavit.settings import ChatSettings


def child_environment(settings: ChatSettings) -> dict[str, str]:
    """Return the environment of the four processes, secrets included.

    A variable that is already set wins: an operator's choice is never overwritten.
    """
    derived = {
        **secrets.load(settings.var),
        **_addresses(settings),
        **_stores(settings),
        "CHAT_DEMO": "1" if settings.demo else "0",
        "CHAT_LOG_LEVEL": settings.log_level,
        "BOT_MODELS": str(settings.models),
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONUNBUFFERED": "1",
    }
    found = {**derived, **os.environ, **_always(settings)}
    # Without its bytecode each start would compile thousands of modules again.
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    return found


def apply(settings: ChatSettings) -> None:
    """Put the processes' environment into this process, for commands that need no server."""
    os.environ.update(child_environment(settings))


def _addresses(settings: ChatSettings) -> Mapping[str, str]:
    brain, actions, accounts = (
        f"http://127.0.0.1:{port}"
        for port in (settings.brain_port, settings.actions_port, settings.accounts_port)
    )
    return {
        "BOT_PORT": str(settings.brain_port),
        "BOT_ACTIONS_PORT": str(settings.actions_port),
        "BOT_ACTIONS_URL": f"{actions}/webhook",
        "BOT_ACCOUNTS_URL": accounts,
        "ACCOUNTS_PORT": str(settings.accounts_port),
        "CONVERSATIONS_BRAIN_URL": brain,
        "CONVERSATIONS_ACCOUNTS_URL": accounts,
        "WEB_HOST": settings.host,
        "WEB_PORT": str(settings.port),
        "ACCOUNTS_PUBLIC_URL": os.environ.get("WEB_PUBLIC_URL")
        or f"http://localhost:{settings.port}",
    }


def _stores(settings: ChatSettings) -> Mapping[str, str]:
    return {
        "ACCOUNTS_DATABASE_URL": settings.accounts_database or settings.sqlite("accounts"),
        "CONVERSATIONS_DATABASE_URL": settings.conversations_database
        or settings.sqlite("conversations"),
        "WEB_DATABASE_URL": settings.web_database or settings.sqlite("web"),
        "BOT_TRACKER_URL": settings.tracker_database or settings.sqlite("tracker", "sqlite"),
    }


def _always(settings: ChatSettings) -> Mapping[str, str]:
    # A demo started with --demo must reach the children even where CHAT_DEMO=0 is exported.
    return {"CHAT_DEMO": "1"} if settings.demo else {}
