"""The commands of the knowledge base: check, stale, show, diagram and search."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from kb.check import MAX_AGE, check, entries, stale
from kb.directory import Directory
from kb.errors import KbError
from kb.library import Library
from kb.model import Tramite

app = typer.Typer(
    help="La base de conocimiento: lo que se sabe de cada trámite.", no_args_is_help=True
)

_STALE_AFTER = 180
_Folder = Annotated[Path | None, typer.Option(help="Otra carpeta de trámites que la del proyecto.")]
_OtherDirectory = Annotated[
    Path | None, typer.Option(help="Otra carpeta del directorio que la del proyecto.")
]
_out = Console()
_err = Console(stderr=True)


class ChannelName(StrEnum):
    """The channels a trámite can be shown for."""

    WEB = "web"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"


def _say(text: str = "") -> None:
    _out.print(text, markup=False, highlight=False, soft_wrap=True)


def _fail(text: str) -> typer.Exit:
    _err.print(text, style="bold red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(1)


def _library(folder: Path | None = None) -> Library:
    try:
        return Library.load(folder)
    except KbError as error:
        raise _fail(str(error)) from None


def _directory(folder: Path | None = None) -> Directory:
    try:
        return Directory.load(folder)
    except KbError as error:
        raise _fail(str(error)) from None


def _tramite(name: str) -> Tramite:
    library = _library()
    if name in library:
        return library.get(name)
    near = ", ".join(one for one in library.ids() if name in one or one in name)
    raise _fail(f"No hay un trámite «{name}»." + (f" ¿Será {near}?" if near else ""))


@app.command("check")
def check_command(
    max_age: Annotated[
        int, typer.Option(min=0, help="Días que vale una verificación.")
    ] = MAX_AGE.days,
    folder: _Folder = None,
    directory: _OtherDirectory = None,
) -> None:
    """Revisa los textos como un editor: sale con 1 y una línea por cada defecto."""
    from bot.messages import Messages
    from chat_infonavit.labels import too_long

    library, offices = _library(folder), _directory(directory)
    findings = check(library, offices, today=date.today(), max_age=timedelta(days=max_age))
    findings += too_long(library, Messages.load())
    for finding in findings:
        _say(str(finding))
    if findings:
        raise _fail(f"{len(findings)} defectos en {len(library)} trámites y el directorio.")
    _say(f"{len(library)} trámites y el directorio, sin defectos.")


@app.command("stale")
def stale_command(
    days: Annotated[int, typer.Option(min=0, help="Verificados hace más de estos días.")] = (
        _STALE_AFTER
    ),
    folder: _Folder = None,
    directory: _OtherDirectory = None,
) -> None:
    """Lista lo que toca verificar otra vez: primero lo más viejo y lo menos seguro."""
    verified = entries(_library(folder), _directory(directory))
    found = stale(verified, today=date.today(), over=timedelta(days=days))
    for one in found:
        entry = one.entry
        _say(f"{entry.name}: verificado el {entry.verified_on}, hace {one.days} días")
        _say(f"  confianza: {entry.confidence}")
        if entry.disputed:
            _say(f"  en duda: {entry.disputed}")
        for source in entry.sources:
            _say(f"  fuente: {source.title} ({source.date}) {source.url or ''}".rstrip())
    _say(f"{len(found)} por verificar." if found else f"Nada con más de {days} días.")


@app.command("show")
def show_command(
    tramite: Annotated[str, typer.Argument(metavar="ID", help="Por ejemplo: correccion_rfc.")],
    channel: Annotated[
        ChannelName | None, typer.Option(help="Sólo un canal; si no, todos.")
    ] = None,
) -> None:
    """Muestra un trámite como lo enseña cada canal: respuesta, pasos, ayudas y preguntas."""
    import asyncio

    from chat_infonavit.kb_show import show

    found = _tramite(tramite)
    channels = [channel] if channel else list(ChannelName)
    asyncio.run(show(found, channels, _out))


@app.command("diagram")
def diagram_command(
    tramite: Annotated[str, typer.Argument(metavar="ID", help="Por ejemplo: nss_obtener.")],
) -> None:
    """Dibuja las preguntas y los pasos de un trámite como diagrama de Mermaid."""
    from kb.diagram import diagram

    _say(diagram(_tramite(tramite)))


@app.command("search")
def search_command(
    text: Annotated[list[str], typer.Argument(metavar="TEXTO", help="Como lo diría la gente.")],
    number: Annotated[int, typer.Option("-n", min=1, max=95, help="Cuántos.")] = 5,
) -> None:
    """Busca los trámites más cercanos a un texto, con la búsqueda del modelo entrenado."""
    from bot.brain import NoModel, newest_model
    from bot.search import TrainedSearch
    from chat_infonavit.settings import load

    try:
        search = TrainedSearch(newest_model(load().models))
    except (NoModel, LookupError) as error:
        raise _fail(str(error)) from None
    hits = search.nearest(" ".join(text), number)
    for hit in hits:
        _say(f"{hit.score:6.2f}  {hit.tramite.id:28}  {hit.tramite.title}")
    if not hits:
        raise _fail("Nada se parece a eso.")
