"""Draw a trámite as a Mermaid flowchart: its decisions, where each option leads, its steps."""

from __future__ import annotations

from collections.abc import Iterator

from kb.decisions import START, Path, paths, remaining
from kb.model import Option, Tramite

_END = 'solved(["¿Quedó resuelto?"])'
# Mermaid reads these even inside quotes.
_ENTITIES = str.maketrans({"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;"})


def diagram(tramite: Tramite) -> str:
    """Return the flowchart as text that Mermaid draws."""
    first = f"d_{START}" if tramite.decisions else _first(remaining(tramite, ()))
    lines = [
        f'title(["{_quoted(tramite.title)}"]) --> {first}',
        *_decisions(tramite),
        *_steps(tramite),
    ]
    return "\n".join(["flowchart TD", *(f"    {line}" for line in lines)])


def _decisions(tramite: Tramite) -> Iterator[str]:
    for name, decision in tramite.decisions.items():
        yield f'd_{name}{{"{_quoted(decision.question)}"}}'
        for number, option in enumerate(decision.options, start=1):
            way = _way(tramite, option, f"{name}_{number}")
            yield f'd_{name} -- "{_quoted(option.label)}" --> {way}'


def _way(tramite: Tramite, option: Option, place: str) -> str:
    if option.next is not None:
        return f"d_{option.next}"
    if option.go is not None:
        return f'g_{option.go}[["{option.go}"]]'
    if option.answer is not None:
        return f'a_{place}["{_quoted(option.answer)}"] --> {_END}'
    # Ways that come together in one option begin at the same step, or each draws its own.
    begun = {_first(path.steps(tramite)) for path in paths(tramite) if path.end is option}
    steps = " & ".join(sorted(begun))
    if option.advice is not None:
        return f'a_{place}["{_quoted(option.advice)}"] --> {steps}'
    return steps


def _first(steps: tuple[int, ...]) -> str:
    return f"s{steps[0]}"


def _steps(tramite: Tramite) -> Iterator[str]:
    """Draw each step and what comes after it; where answers part the ways, they are named."""
    ways = [path for path in paths(tramite) if path.to_steps]
    routes: list[tuple[Path | None, tuple[int, ...]]]
    routes = [(path, path.steps(tramite)) for path in ways] or [(None, remaining(tramite, ()))]
    for number, step in enumerate(tramite.steps, start=1):
        after: dict[str, list[Path | None]] = {}
        for path, route in routes:
            if number in route:
                place = route.index(number) + 1
                target = f"s{route[place]}" if place < len(route) else _END
                after.setdefault(target, []).append(path)
        box = f's{number}["{number}. {_quoted(step.action)}"]'
        if len(after) == 1:
            yield f"{box} --> {next(iter(after))}"
            continue
        yield box
        for target, taken in after.items():
            yield f's{number} -- "{_quoted(" · ".join(map(str, taken)))}" --> {target}'


def _quoted(text: str) -> str:
    return " ".join(text.split()).translate(_ENTITIES)
