"""Read every trámite the way a careful editor would, and list what must be fixed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from kb.model import Tramite

MAX_AGE = timedelta(days=365)
MAX_SUMMARY_WORDS = 60
MAX_ACTION_WORDS = 35
MAX_TITLE = 40
MAX_BUTTON = 20

_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|\b[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
_LONG_DIGITS = re.compile(r"\d(?:[ .-]?\d){17,}")
_PHONE = re.compile(r"\b(?:800|55)(?:[ -]?\d){7,8}\b")
_ABOLISHED = re.compile(r"\bINAI\b")
_QUOTED = re.compile(r"«([^»]*)»")
_SECRET = re.compile(
    r"\b(?:mándame|mándanos|envíame|envíanos|compárteme|compártenos|pásame|dime|dinos|escribe aquí)"
    r"\b[^.;]*(?:contraseña|\.key|\bnip\b|\bcvv\b|código)",
    re.IGNORECASE,
)


class _Wording(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    promises: tuple[str, ...]
    bureaucratese: tuple[str, ...]
    unaccented: tuple[str, ...]
    phones: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """Say what is wrong and where; `rule` is its stable name."""

    tramite: str
    field: str
    rule: str
    message: str

    def __str__(self) -> str:
        """Read as one line: where, which rule, why."""
        return f"{self.tramite}: {self.field}: {self.message} [{self.rule}]"


def check(
    tramites: Iterable[Tramite], *, today: date, max_age: timedelta = MAX_AGE
) -> list[Finding]:
    """List every finding, in order of trámite; an empty list means the data is fit to publish."""
    everything = tuple(tramites)
    findings: list[Finding] = []
    for tramite in everything:
        for rule in _RULES:
            findings.extend(rule(tramite))
        findings.extend(_related(tramite, {other.id for other in everything}))
        findings.extend(_age(tramite, today, max_age))
    findings.extend(_repeated(everything))
    return findings


def _texts(tramite: Tramite) -> Iterator[tuple[str, str]]:
    for name in ("title", "button", "summary", "who", "cost", "time", "disputed"):
        text = getattr(tramite, name)
        if text is not None:
            yield name, text
    for name in ("synonyms", "requirements", "contact"):
        for number, text in enumerate(getattr(tramite, name), start=1):
            yield f"{name}[{number}]", text
    for number, channel in enumerate(tramite.channels, start=1):
        yield f"channels[{number}].name", channel.name
        if channel.phone is not None:
            yield f"channels[{number}].phone", channel.phone
    for number, step in enumerate(tramite.steps, start=1):
        yield f"steps[{number}].action", step.action
        yield f"steps[{number}].problem", step.problem
        yield f"steps[{number}].help", step.help


@cache
def _wording() -> _Wording:
    data = yaml.safe_load(Path(__file__).with_name("wording.yml").read_text(encoding="utf-8"))
    return _Wording.model_validate(data)


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


def _matches(tramite: Tramite, rule: str, pattern: re.Pattern[str], why: str) -> Iterator[Finding]:
    for field, text in _texts(tramite):
        # Addresses have no accents and their own words.
        for match in pattern.finditer(_ADDRESS.sub(" ", text)):
            yield Finding(tramite.id, field, rule, f"{match[0]!r} {why}")


def _promises(tramite: Tramite) -> Iterator[Finding]:
    pattern = _any_of(_wording().promises)
    return _matches(tramite, "promise", pattern, "promises what we do not decide")


def _bureaucratese(tramite: Tramite) -> Iterator[Finding]:
    pattern = _any_of(_wording().bureaucratese)
    return _matches(tramite, "bureaucratese", pattern, "is official prose; say it plainly")


def _unaccented(tramite: Tramite) -> Iterator[Finding]:
    pattern = _any_of(_wording().unaccented)
    return _matches(tramite, "accent", pattern, "lost its accent")


def _abolished(tramite: Tramite) -> Iterator[Finding]:
    return _matches(tramite, "inai", _ABOLISHED, "no longer exists")


def _secrets(tramite: Tramite) -> Iterator[Finding]:
    return _matches(tramite, "secret", _SECRET, "asks for a secret in the chat")


def _account_numbers(tramite: Tramite) -> Iterator[Finding]:
    return _matches(tramite, "clabe", _LONG_DIGITS, "looks like an account number")


def _phones(tramite: Tramite) -> Iterator[Finding]:
    known = _wording().phones
    for field, text in _texts(tramite):
        for match in _PHONE.finditer(text):
            if match[0] not in known:
                yield Finding(tramite.id, field, "phone", f"{match[0]!r} is not a known phone")


def _lengths(tramite: Tramite) -> Iterator[Finding]:
    if len(tramite.title) > MAX_TITLE:
        yield Finding(tramite.id, "title", "length", f"is over {MAX_TITLE} characters")
    if len(tramite.button) > MAX_BUTTON:
        yield Finding(tramite.id, "button", "length", f"is over {MAX_BUTTON} characters")
    if len(tramite.summary.split()) > MAX_SUMMARY_WORDS:
        yield Finding(tramite.id, "summary", "length", f"is over {MAX_SUMMARY_WORDS} words")
    for number, step in enumerate(tramite.steps, start=1):
        if len(step.action.split()) > MAX_ACTION_WORDS:
            field = f"steps[{number}].action"
            yield Finding(tramite.id, field, "length", f"is over {MAX_ACTION_WORDS} words")


def _cost(tramite: Tramite) -> Iterator[Finding]:
    if "gratis" not in tramite.cost.casefold():
        yield Finding(tramite.id, "cost", "gratis", "must say that the trámite is gratis")


def _sources(tramite: Tramite) -> Iterator[Finding]:
    if not any(source.url for source in tramite.sources):
        yield Finding(tramite.id, "sources", "source", "needs at least one source with an address")


def _buttons(tramite: Tramite) -> Iterator[Finding]:
    for number, step in enumerate(tramite.steps, start=1):
        if step.button is not None and step.button not in _QUOTED.findall(step.action):
            field = f"steps[{number}].button"
            yield Finding(tramite.id, field, "button", f"«{step.button}» is not in the action")


def _related(tramite: Tramite, ids: set[str]) -> Iterator[Finding]:
    for other in tramite.related:
        if other not in ids:
            yield Finding(tramite.id, "related", "related", f"{other!r} does not exist")
        elif other == tramite.id:
            yield Finding(tramite.id, "related", "related", "points at itself")


def _age(tramite: Tramite, today: date, max_age: timedelta) -> Iterator[Finding]:
    if today - tramite.verified_on > max_age:
        message = f"{tramite.verified_on} is over {max_age.days} days old; verify it again"
        yield Finding(tramite.id, "verified_on", "age", message)
    elif tramite.verified_on > today:
        yield Finding(tramite.id, "verified_on", "age", f"{tramite.verified_on} is in the future")


def _repeated(tramites: tuple[Tramite, ...]) -> Iterator[Finding]:
    # A person who types the title of a choice must choose one thing only.
    for field in ("title", "button"):
        times = Counter(getattr(tramite, field).casefold() for tramite in tramites)
        for tramite in tramites:
            if times[getattr(tramite, field).casefold()] > 1:
                yield Finding(tramite.id, field, "repeated", "is also that of another trámite")


_RULES: tuple[Callable[[Tramite], Iterator[Finding]], ...] = (
    _lengths,
    _cost,
    _sources,
    _buttons,
    _promises,
    _bureaucratese,
    _unaccented,
    _abolished,
    _secrets,
    _account_numbers,
    _phones,
)
