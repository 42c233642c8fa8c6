"""The command line: every part by its name, or all the quick ones."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bench import machine
from bench.figures import Figure, Section, write
from bench.parts import clone, kinds, search, size, start, stock, training, turns
from bench.paths import FIGURES, KEPT
from bench.processes import BenchFailed

PARTS = {
    "size": size,
    "training": training,
    "search": search,
    "start": start,
    "turns": turns,
    "kinds": kinds,
    "stock": stock,
    "clone": clone,
}
QUICK = ("size", "training", "search", "start", "turns", "kinds")
_ORDER = [part.TITLE for part in PARTS.values()]

app = typer.Typer(
    help="Measure the assistant and write docs/figures.md. Without a command: the quick parts.",
    pretty_exceptions_enable=False,
    add_completion=False,
)
_console = Console()


@app.callback(invoke_without_command=True)
def quick(context: typer.Context) -> None:
    """Measure the assistant and write docs/figures.md. Without a command: the quick parts."""
    if context.invoked_subcommand is None:
        for name in QUICK:
            _run(name)


@app.command()
def nlu(
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave DIET out, unless its answers are kept.")
    ] = False,
    public: Annotated[
        Path | None, typer.Option(envvar="NLU_BENCH", help="A folder of public sets.")
    ] = None,
    diet_on_public: Annotated[
        bool, typer.Option("--diet-on-public", help="Train DIET on the public sets too.")
    ] = False,
) -> None:
    """Measure the understanding and compare it; write docs/understanding.md."""
    # Imports what the other parts do without.
    from bench.nlu import run

    with _measuring(run.TITLE) as say:
        figures = run.measure(run.Choice(quick, public, diet_on_public), say)
    _console.print(_table(run.TITLE, figures))


def _run(name: str) -> None:
    part = PARTS[name]
    before = machine.load()
    with _measuring(part.TITLE):
        figures = part.measure()
    section = Section(name, part.TITLE, part.HOW, figures, before, machine.load())
    write(FIGURES, [section], _ORDER)
    _console.print(_table(part.TITLE, figures))


@contextmanager
def _measuring(title: str) -> Iterator[Callable[[str], None]]:
    """Measure alone, showing the time; give what says which step begins."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    try:
        with _alone(), Progress(*columns, console=_console, transient=True) as bar:
            task = bar.add_task(title)
            yield lambda step: bar.update(task, description=f"{title}: {step}")
    except BenchFailed as error:
        _console.print(f"{title}: {error}", style="bold red", markup=False, highlight=False)
        raise typer.Exit(1) from None


@contextmanager
def _alone() -> Iterator[None]:
    """Keep two measurements from disturbing each other; raise ``BenchFailed`` for the second."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BenchFailed("another measurement is under way") from None
        yield


def _table(title: str, figures: Sequence[Figure]) -> Table:
    table = Table("figure", "measured", "target", "", title=title, title_justify="left")
    for figure in figures:
        table.add_row(*figure.cells())
    return table


def _command(name: str) -> Callable[[], None]:
    def command() -> None:
        _run(name)

    command.__doc__ = PARTS[name].__doc__
    return command


for _name in PARTS:
    app.command(_name)(_command(_name))
