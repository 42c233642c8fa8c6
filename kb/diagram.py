"""Draw a trámite as a Mermaid flowchart: its decisions, where each option leads, its steps."""

from __future__ import annotations

from collections.abc import Iterator

from kb.decisions import START
from kb.model import Option, Tramite

_END = 'solved(["¿Quedó resuelto?"])'
# Mermaid reads these even inside quotes.
_ENTITIES = str.maketrans({"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;"})


def diagram(tramite: Tramite) -> str:
    """Return the flowchart as text that Mermaid draws."""
    first = f"d_{START}" if tramite.decisions else "s1"
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
            way = _way(option, f"{name}_{number}")
            yield f'd_{name} -- "{_quoted(option.label)}" --> {way}'


def _way(option: Option, place: str) -> str:
    if option.next is not None:
        return f"d_{option.next}"
    if option.go is not None:
        return f'g_{option.go}[["{option.go}"]]'
    if option.answer is not None:
        return f'a_{place}["{_quoted(option.answer)}"] --> {_END}'
    if option.advice is not None:
        return f'a_{place}["{_quoted(option.advice)}"] --> s1'
    return f"s{option.begin}"


def _steps(tramite: Tramite) -> Iterator[str]:
    last = len(tramite.steps)
    for number, step in enumerate(tramite.steps, start=1):
        after = _END if number == last else f"s{number + 1}"
        yield f's{number}["{number}. {_quoted(step.action)}"] --> {after}'


def _quoted(text: str) -> str:
    return " ".join(text.split()).translate(_ENTITIES)
