"""Follow the decisions of a trámite: every path, and what is wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kb.model import Decision, Option, Tramite
from kb.problems import why
from kb.text import words

START = "start"

Defect = tuple[str, str]
"""The field and what is wrong there."""


@dataclass(frozen=True)
class Path:
    """One way through the decisions: each question answered and the option that ends it."""

    answers: tuple[tuple[str, Option], ...]

    @property
    def end(self) -> Option:
        """Return the last option, which leads out of the decisions."""
        return self.answers[-1][1]

    @property
    def to_steps(self) -> bool:
        """Tell whether it leads to the steps of its own trámite."""
        return self.end.advice is not None or self.end.begin is not None

    def steps(self, tramite: Tramite) -> tuple[int, ...]:
        """Return the numbers of the steps that it leads to, in order."""
        if not self.to_steps:
            return ()
        pointless = skipped(option for _, option in self.answers)
        return remaining(tramite, pointless)

    def __str__(self) -> str:
        """Read as the labels pressed, in order."""
        return " → ".join(option.label for _, option in self.answers)


def paths(tramite: Tramite) -> Iterator[Path]:
    """Yield every path of a trámite that has decisions, in the order of the file."""
    if tramite.decisions:
        yield from _paths(tramite, START, ())


def option_named(decision: Decision, label: str) -> Option | None:
    """Return the option with a label."""
    return next((option for option in decision.options if option.label == label), None)


def skipped(options: Iterable[Option]) -> frozenset[int]:
    """Return the steps that some answers make pointless."""
    return frozenset(number for o in options for number in (*o.skips, *range(1, o.begin or 1)))


def remaining(tramite: Tramite, pointless: Collection[int]) -> tuple[int, ...]:
    """Return the numbers of the steps that are left, in order."""
    every = range(1, len(tramite.steps) + 1)
    return tuple(number for number in every if number not in pointless)


def texts(tramite: Tramite) -> Iterator[tuple[str, str]]:
    """Yield the field and the text of everything the decisions say or listen for."""
    for name, decision in tramite.decisions.items():
        yield f"decisions.{name}.question", decision.question
        if decision.help is not None:
            yield f"decisions.{name}.help", decision.help
        for number, option in enumerate(decision.options, start=1):
            field = f"decisions.{name}.options[{number}]"
            for part in ("label", "because", "condition", "advice", "answer"):
                text = getattr(option, part)
                if text is not None:
                    yield f"{field}.{part}", text
            for place, text in enumerate(option.says, start=1):
                yield f"{field}.says[{place}]", text


def defects(tramite: Tramite) -> list[Defect]:
    """List what is wrong inside one trámite; none means every path begins, goes on and ends."""
    if not tramite.decisions:
        return []
    found = [defect for name in tramite.decisions for defect in _of_decision(tramite, name)]
    if START not in tramite.decisions:
        return [*found, ("decisions", why("sin_inicio", nombre=START))]
    around = _round(tramite, START, ())
    if around:
        found.append(("decisions", why("sin_fin", camino=" → ".join(around))))
    if not found:
        # A misspelt `next` also leaves its decision alone: only the word is to be fixed.
        alone = tramite.decisions.keys() - _reached(tramite)
        found += [(f"decisions.{name}", why("nadie_llega")) for name in sorted(alone)]
    return found or list(_of_steps(tramite))


def _of_steps(tramite: Tramite) -> Iterator[Defect]:
    """Find a way to the steps that finds none, and steps that no way leads to."""
    ways = [path for path in paths(tramite) if path.to_steps]
    if not ways:
        yield "decisions", why("sin_pasos")
        return
    for path in ways:
        left, begin = path.steps(tramite), path.end.begin
        if not left:
            yield "decisions", why("no_queda_paso", camino=path)
        elif begin is not None and begin != left[0]:
            yield "decisions", why("empieza_en_omitido", camino=path, numero=begin)
    reached = {number for path in ways for number in path.steps(tramite)}
    for number in remaining(tramite, reached):
        yield f"steps[{number}]", why("paso_sin_camino")


def astray(tramites: Iterable[Tramite], ids: Iterable[str]) -> Iterator[tuple[str, Defect]]:
    """Yield each trámite, by id, whose `go` leads nowhere or round; `ids` are all that exist."""
    known = set(ids)
    by_id = {tramite.id: tramite for tramite in tramites}
    for tramite in by_id.values():
        for field, option in _options(tramite):
            if option.go is not None and option.go not in known:
                yield tramite.id, (f"{field}.go", why("no_hay_tramite", nombre=option.go))
        around = _round_trip(by_id, tramite.id)
        if around:
            yield tramite.id, ("decisions", why("sin_fin", camino=" → ".join(around)))


def _paths(tramite: Tramite, name: str, before: tuple[tuple[str, Option], ...]) -> Iterator[Path]:
    for option in tramite.decisions[name].options:
        answers = (*before, (name, option))
        if option.next is None:
            yield Path(answers)
        else:
            yield from _paths(tramite, option.next, answers)


def _options(tramite: Tramite) -> Iterator[tuple[str, Option]]:
    for name, decision in tramite.decisions.items():
        for number, option in enumerate(decision.options, start=1):
            yield f"decisions.{name}.options[{number}]", option


def _of_decision(tramite: Tramite, name: str) -> Iterator[Defect]:
    heard: Counter[str] = Counter()
    for number, option in enumerate(tramite.decisions[name].options, start=1):
        field = f"decisions.{name}.options[{number}]"
        if option.next is not None and option.next not in tramite.decisions:
            yield f"{field}.next", why("no_hay_pregunta", nombre=option.next)
        if option.begin is not None and option.begin > len(tramite.steps):
            yield f"{field}.begin", why("no_hay_paso", total=len(tramite.steps))
        for place, number in enumerate(option.skips, start=1):
            if number > len(tramite.steps):
                yield f"{field}.skips[{place}]", why("no_hay_paso", total=len(tramite.steps))
            elif number in option.skips[: place - 1]:
                yield f"{field}.skips[{place}]", why("paso_repetido", numero=number)
        own = {" ".join(words(text)) for text in (option.label, *option.says)}
        for text in sorted(own & set(heard)):
            yield field, why("opcion_repetida", texto=text)
        heard.update(own)


def _round(tramite: Tramite, name: str, before: tuple[str, ...]) -> Sequence[str]:
    if name in before:
        return (*before[before.index(name) :], name)
    if name not in tramite.decisions:
        return ()
    ways = (o.next for o in tramite.decisions[name].options if o.next is not None)
    found = (_round(tramite, way, (*before, name)) for way in ways)
    return next((one for one in found if one), ())


def _reached(tramite: Tramite) -> set[str]:
    reached: set[str] = set()
    waiting = [START]
    while waiting:
        name = waiting.pop()
        if name in tramite.decisions and name not in reached:
            reached.add(name)
            waiting += [o.next for o in tramite.decisions[name].options if o.next is not None]
    return reached


def _round_trip(by_id: dict[str, Tramite], start: str) -> Sequence[str]:
    """Return the shortest way from a trámite back to itself, through `go`; none when it ends."""
    seen = {start}
    ways: list[tuple[str, ...]] = [(start,)]
    for way in ways:
        if way[-1] not in by_id:
            continue
        for _, option in _options(by_id[way[-1]]):
            if option.go == start:
                return (*way, start)
            if option.go is not None and option.go not in seen:
                seen.add(option.go)
                ways.append((*way, option.go))
    return ()
