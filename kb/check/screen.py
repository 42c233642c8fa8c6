"""Keep what is said at once within the screen of a phone.

A phone of 360 x 640 leaves 21 lines of about 35 letters between the head of the chat and the
field to write in. Two lines go to the title and two to four to the buttons under an answer, which
leaves some 15 lines: SCREEN letters. The first answer about a topic may take the whole of it,
because its buttons belong to the step, which is the last thing said.
"""

from __future__ import annotations

from collections.abc import Iterator

from kb import decisions
from kb.check.finding import Finding, Rule, part_of
from kb.model import Tramite
from kb.problems import why

SCREEN = 500
OPENING = 600
MAX_SUMMARY_WORDS = 60
MAX_ACTION_WORDS = 35
MAX_DECISION_WORDS = {
    "question": 20,
    "help": 40,
    "because": 40,
    "condition": 45,
    "advice": 60,
    "answer": 60,
}
MAX_TITLE = 40
MAX_BUTTON = 20


def said_at_once(tramite: Tramite) -> Iterator[tuple[str, str]]:
    """Give each text that is shown in one go, with the field it comes from."""
    for name in ("summary", "who", "cost", "time", "disputed"):
        text = getattr(tramite, name)
        if text is not None:
            yield name, text
    yield "requirements", _lines(tramite.requirements)
    yield "channels", _lines(" ".join(filter(None, (c.name, c.phone))) for c in tramite.channels)
    for number, step in enumerate(tramite.steps, start=1):
        yield f"steps[{number}].action", step.action
        yield f"steps[{number}].help", f"{step.problem}: {step.help}"


def _lines(items: Iterator[str] | tuple[str, ...]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _screens(tramite: Tramite) -> Iterator[Finding]:
    for field, text in said_at_once(tramite):
        if len(text) > SCREEN:
            message = why("pantalla", total=len(text), limite=SCREEN)
            yield Finding(tramite.id, field, "screen", message)
    opening = [tramite.summary, tramite.disputed or ""]
    if tramite.guided:
        opening.append(tramite.steps[0].action)
    size = sum(map(len, opening))
    if size > OPENING:
        message = why("pantalla_inicio", total=size, limite=OPENING)
        yield Finding(tramite.id, "summary", "screen", message)


def _lengths(tramite: Tramite) -> Iterator[Finding]:
    if len(tramite.title) > MAX_TITLE:
        yield Finding(tramite.id, "title", "length", why("muchas_letras", limite=MAX_TITLE))
    if len(tramite.button) > MAX_BUTTON:
        yield Finding(tramite.id, "button", "length", why("muchas_letras", limite=MAX_BUTTON))
    if len(tramite.summary.split()) > MAX_SUMMARY_WORDS:
        yield Finding(
            tramite.id, "summary", "length", why("muchas_palabras", limite=MAX_SUMMARY_WORDS)
        )
    for number, step in enumerate(tramite.steps, start=1):
        if len(step.action.split()) > MAX_ACTION_WORDS:
            field = f"steps[{number}].action"
            yield Finding(
                tramite.id, field, "length", why("muchas_palabras", limite=MAX_ACTION_WORDS)
            )


def _decision_lengths(tramite: Tramite) -> Iterator[Finding]:
    for field, text in decisions.texts(tramite):
        most = MAX_DECISION_WORDS.get(part_of(field))
        if most is not None and len(text.split()) > most:
            yield Finding(tramite.id, field, "length", why("muchas_palabras", limite=most))


RULES: tuple[Rule, ...] = (_screens, _lengths, _decision_lengths)
