"""The commands of privacy and of the audit log.

The NSS is asked for, or read from the first line of the input: an argument would stay in the
shell's history and show in the list of processes.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer
from rich.console import Console

from chat_infonavit import environment
from chat_infonavit.settings import load

app = typer.Typer(
    help="Los derechos de una persona sobre sus datos, y cuánto se guardan.", no_args_is_help=True
)
audit_app = typer.Typer(help="La bitácora de accesos.", no_args_is_help=True)

_err = Console(stderr=True)
_UNKNOWN = "Nadie tiene ese NSS."
_PENDING = (
    "La persona tiene una corrección sin decidir: espera a que se decida, o repite la orden con "
    "--force."
)
_PROBLEMS = {
    "changed": "La entrada {seq} fue cambiada o movida de lugar.",
    "missing": "Falta la entrada {seq}.",
    "cut": "Faltan entradas desde la {seq}: alguien borró el final.",
    "head": "El ancla de la bitácora falta o fue cambiada.",
    "anchor": "La bitácora no contiene el ancla que diste: alguien la regresó a una copia vieja.",
}


def _fail(text: str) -> typer.Exit:
    _err.print(text, style="bold red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(1)


def _told(run: Callable[[], Awaitable[Any]]) -> Any:
    """Run the work of a command; what can go wrong is one sentence."""
    from accounts.errors import ConfigurationError, NotFound
    from accounts.rights import Pending

    environment.apply(load())
    try:
        return asyncio.run(_awaited(run))
    except NotFound:
        raise _fail(_UNKNOWN) from None
    except Pending:
        raise _fail(_PENDING) from None
    except ConfigurationError as error:
        raise _fail(str(error)) from None


async def _awaited(run: Callable[[], Awaitable[Any]]) -> Any:
    return await run()


def _nss() -> str:
    if sys.stdin.isatty():
        asked: str = typer.prompt("NSS", hide_input=True, err=True)
        return asked.strip()
    return sys.stdin.readline().strip()


@app.command("export")
def export_command() -> None:
    """Escribe en JSON todo lo que se guarda de una persona. Pide su NSS."""
    from chat_infonavit import rights

    nss = _nss()
    typer.echo(rights.as_json(_told(lambda: rights.export(nss))))


@app.command("erase")
def erase_command(
    force: Annotated[
        bool, typer.Option("--force", help="Aunque tenga una corrección sin decidir.")
    ] = False,
) -> None:
    """Borra todo lo que se guarda de una persona y escribe la constancia. Pide su NSS."""
    from chat_infonavit import rights

    nss = _nss()
    typer.echo(rights.as_json(_told(lambda: rights.erase(nss, force=force))))


@app.command("purge")
def purge_command() -> None:
    """Borra lo que ya pasó de su plazo: chats 90 días, códigos y archivos 24 h, bitácora 5 años."""
    from chat_infonavit import rights

    typer.echo(rights.as_json(_told(rights.purge)))


@app.command("rotate")
def rotate_command() -> None:
    """Cifra todo con la primera llave de ACCOUNTS_KEY; después ya puedes quitar la vieja."""
    from chat_infonavit import rights

    typer.echo(rights.as_json(_told(rights.rotate)))


@audit_app.command("verify")
def verify_command(
    anchor: Annotated[
        str | None, typer.Option(help="El ancla que dio una revisión anterior, guardada aparte.")
    ] = None,
) -> None:
    """Revisa que nadie haya cambiado, quitado ni movido entradas, y da el ancla de hoy."""
    from chat_infonavit import rights

    verdict = _told(lambda: rights.verify(anchor))
    if verdict.problem is not None:
        raise _fail(_PROBLEMS[verdict.problem].format(seq=verdict.seq))
    typer.echo(f"La bitácora está completa: {verdict.entries} entradas.")
    typer.echo(f"Ancla: {verdict.anchor}")
