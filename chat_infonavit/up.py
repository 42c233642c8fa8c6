"""``chat-infonavit up``: train if needed, start everything, tell where it is."""

from __future__ import annotations

import asyncio
import logging
import logging.handlers
from pathlib import Path

from rich.console import Console
from rich.text import Text

from chat_infonavit.environment import child_environment
from chat_infonavit.processes import StartFailed, Supervisor, specs
from chat_infonavit.settings import ChatSettings

_COLOURS = {"gateway": "cyan", "brain": "magenta", "actions": "blue", "accounts": "green"}
_FILE_BYTES, _FILES = 10_000_000, 5


class Log:
    """The one log: coloured on the terminal, plain in ``var/log/chat-infonavit.log``."""

    def __init__(self, console: Console, folder: Path, *, quiet: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._console = console
        self._quiet = quiet
        self._file = logging.handlers.RotatingFileHandler(
            folder / "chat-infonavit.log", maxBytes=_FILE_BYTES, backupCount=_FILES
        )

    def __call__(self, process: str, line: str) -> None:
        """Write one line of a process."""
        self._file.emit(logging.LogRecord("", 0, "", 0, f"{process:<8} │ {line}", None, None))
        if not self._quiet or process == "up":
            head = Text(f"{process:<8} │ ", style=_COLOURS.get(process, "bold"))
            self._console.print(head + Text(line), soft_wrap=True)


def up(settings: ChatSettings, console: Console, *, quiet: bool = False) -> None:
    """Run the assistant until Ctrl-C or SIGTERM; raise ``StartFailed`` when it cannot start."""
    try:
        environment = child_environment(settings)
        log = Log(console, settings.var / "log", quiet=quiet)
    except OSError as error:
        raise StartFailed(
            f"No se puede escribir en {settings.var} ({error.strerror}): elige otra carpeta "
            "con CHAT_VAR."
        ) from error
    supervisor = Supervisor(specs(settings), environment, log)
    asyncio.run(_up(settings, console, supervisor))


async def _up(settings: ChatSettings, console: Console, supervisor: Supervisor) -> None:
    seconds = await supervisor.start()
    console.print(
        f"\n[bold green]Listo[/] en {seconds:.1f} s · "
        f"[bold]http://{_shown_host(settings.host)}:{settings.port}[/] · Ctrl-C para cerrar\n"
    )
    await supervisor.run()
    console.print("Todo cerrado.")


def _shown_host(host: str) -> str:
    return "localhost" if host in ("127.0.0.1", "0.0.0.0") else host  # noqa: S104 - only shown
