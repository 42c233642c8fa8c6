"""Run one of the four processes in the foreground: ``python -m chat_infonavit.serve NAME``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from pydantic import ValidationError

from chat_infonavit.settings import ROOT, explain


def _gateway() -> None:
    from chat_infonavit.gateway import serve

    serve()


def _brain() -> None:
    from bot.brain import serve
    from bot.settings import BotSettings

    serve(BotSettings())  # type: ignore[call-arg]


def _actions() -> None:
    from bot.actions_server import serve
    from bot.settings import BotSettings

    serve(BotSettings())  # type: ignore[call-arg]


def _accounts() -> None:
    from accounts.server import main

    main()


PROCESSES: dict[str, Callable[[], None]] = {
    "accounts": _accounts,
    "actions": _actions,
    "brain": _brain,
    "gateway": _gateway,
}

_PREFIXES = {"accounts": "ACCOUNTS", "actions": "BOT", "brain": "BOT", "gateway": "WEB"}


def main(name: str) -> None:
    """Configure logging and run the named process until SIGTERM."""
    from chat_infonavit import logging

    os.chdir(ROOT)
    # Rasa's files name our components by module path, from the root.
    sys.path.insert(0, str(ROOT))
    logging.configure(name)
    try:
        PROCESSES[name]()
    except ValidationError as error:
        # Only settings are validated this far out; a value may be a secret.
        raise SystemExit(explain(error, f"{_PREFIXES[name]}_")) from None


if __name__ == "__main__":
    main(sys.argv[1])
