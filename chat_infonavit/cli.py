"""The command line. Its commands and their JSON are stable: others script against them."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import structlog
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from chat_infonavit import environment, kb_commands, privacy_commands
from chat_infonavit.settings import ROOT, BadSettings, ChatSettings, load

app = typer.Typer(
    help="Chat Infonavit: el asistente, sus procesos y sus herramientas.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
demo_app = typer.Typer(help="Las personas ficticias de la demostración.", no_args_is_help=True)
app.add_typer(demo_app, name="demo")
app.add_typer(kb_commands.app, name="kb")
app.add_typer(privacy_commands.app, name="privacy")
app.add_typer(privacy_commands.audit_app, name="audit")

_out = Console()
_err = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Una línea de JSON por resultado.")]


def _fail(message: str) -> NoReturn:
    _err.print(message, style="bold red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)


@contextmanager
def _readable_failures() -> Iterator[None]:
    from bot.brain import NoModel
    from bot.training import TrainingFailed
    from chat_infonavit.processes import StartFailed
    from chat_infonavit.secrets import UnsafeSecrets

    try:
        yield
    except (NoModel, TrainingFailed, StartFailed, UnsafeSecrets) as error:
        _fail(str(error))


@app.command()
def train(
    force: Annotated[
        bool, typer.Option("--force", help="Entrena aunque nada haya cambiado.")
    ] = False,
) -> None:
    """Entrena el modelo, si algo de lo que depende cambió."""
    with _readable_failures():
        _train(load(), force=force)


def _train(settings: ChatSettings, *, force: bool = False) -> Path:
    from bot import training

    target = training.model_path(ROOT, settings.models)
    if target.exists() and not force:
        _err.print(f"El modelo está al día: {target.name}")
        return target
    columns = (TextColumn("Entrenando"), BarColumn(), TextColumn("{task.fields[step]}"))
    with Progress(*columns, TimeElapsedColumn(), console=_err) as bar:
        task = bar.add_task("train", total=None, step="")

        def report(done: int, total: int, step: str) -> None:
            bar.update(task, completed=done, total=total, step=step[:40])

        return training.train(ROOT, settings.models, report)


@app.command()
def up(
    demo: Annotated[
        bool, typer.Option("--demo", help="Con personas ficticias y códigos a la vista.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="El registro, sólo en archivo.")] = False,
) -> None:
    """Arranca y cuida los cuatro procesos: gateway, brain, actions y accounts."""
    from chat_infonavit.up import up as run

    settings = load()
    if demo:
        settings = settings.model_copy(update={"demo": True})
    with _readable_failures():
        from bot.brain import newest_model

        newest_model(settings.models)
        run(settings, _out, quiet=quiet)


@app.command()
def talk(
    url: Annotated[str, typer.Option(help="Dirección del asistente.")] = "http://localhost:8080",
    json: Json = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Acepta el aviso de privacidad cuando aparezca.")
    ] = False,
) -> None:
    """Conversa: una línea de la entrada es un mensaje; espera cada respuesta.

    Una línea {archivo:RUTA} adjunta un archivo.
    """
    import asyncio

    from chat_infonavit.talk import NoFile, NotReachable, talk

    try:
        asyncio.run(talk(url, sys.stdin, _out, as_json=json, accepts=accept))
    except (NotReachable, NoFile) as error:
        _fail(str(error))


@app.command()
def parse(json: Json = False) -> None:
    """Muestra cómo entiende el modelo cada línea de la entrada, sin servidor."""
    import asyncio

    from chat_infonavit.parse import parse as run

    settings = load()
    environment.apply(settings)
    with _readable_failures():
        asyncio.run(run(settings, sys.stdin, _out, as_json=json))


@demo_app.command("list")
def demo_list(json: Json = False) -> None:
    """Lista las personas ficticias con su NSS y cada cifra que el asistente puede decirles."""
    import asyncio

    from chat_infonavit.demo import list_people

    settings = load().model_copy(update={"demo": True})
    environment.apply(settings)
    asyncio.run(list_people(_out, as_json=json))


@demo_app.command("receipt")
def demo_receipt(
    nss: Annotated[str, typer.Argument(help="NSS de una persona ficticia.")],
    right: Annotated[
        bool, typer.Option("--right", help="Con el mismo RFC que tiene Infonavit.")
    ] = False,
) -> None:
    """Escribe un recibo de nómina ficticio (XML), con un RFC distinto, para adjuntarlo."""
    from accounts.demo.receipt import find, receipt

    person = find(nss)
    if person is None:
        _fail("Ninguna persona ficticia tiene ese NSS. Mira «chat-infonavit demo list».")
    typer.echo(receipt(person, right=right), nl=False)


@app.command()
def doctor() -> None:
    """Revisa versiones, modelo, almacenes, puertos y secretos, y dice qué hacer."""
    from chat_infonavit.doctor import examine

    settings = load()
    healthy = True
    for finding in examine(settings):
        mark, style = ("✓", "green") if finding.ok else ("✗", "bold red")
        _out.print(f"{mark} {finding.what}", style=style, highlight=False, markup=False)
        if not finding.ok:
            healthy = False
            _out.print(f"    {finding.todo}", highlight=False, markup=False)
    raise typer.Exit(0 if healthy else 1)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def rasa(context: typer.Context) -> None:
    """Pasa la orden a Rasa: chat-infonavit rasa data validate, rasa shell nlu o rasa test."""
    from bot import compat

    compat.install()
    environment.apply(load())
    sys.path.insert(0, str(ROOT))
    sys.argv = ["rasa", *context.args]
    from rasa.__main__ import main as rasa_main

    rasa_main()


def _keep_stdout_clean() -> None:
    # Commands print results that others parse; Rasa's structlog would write between them.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    warnings.filterwarnings("ignore", message=r"(Slot auto-fill|pkg_resources)")


def main() -> None:
    """Run the command line."""
    _keep_stdout_clean()
    try:
        app()
    except BadSettings as error:
        _err.print(str(error), style="bold red", markup=False, highlight=False, soft_wrap=True)
        raise SystemExit(1) from None
