"""Look for words that must not be there; the lists are data, in `kb/wording.yml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from kb.check.finding import Finding, Rule, texts
from kb.model import Tramite
from kb.reading import ADDRESS

_WORDING = Path(__file__).parents[1] / "wording.yml"

_LONG_DIGITS = re.compile(r"\d(?:[ .-]?\d){17,}")
_PHONE = re.compile(r"\b(?:800|55)(?:[ -]?\d){7,8}\b")
_ABOLISHED = re.compile(r"\bINAI\b")
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


@cache
def _wording() -> _Wording:
    return _Wording.model_validate(yaml.safe_load(_WORDING.read_text(encoding="utf-8")))


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


def _matches(tramite: Tramite, rule: str, pattern: re.Pattern[str], why: str) -> Iterator[Finding]:
    for field, text in texts(tramite):
        for match in pattern.finditer(ADDRESS.sub(" ", text)):
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
    for field, text in texts(tramite):
        for match in _PHONE.finditer(text):
            if match[0] not in known:
                yield Finding(tramite.id, field, "phone", f"{match[0]!r} is not a known phone")


def _cost(tramite: Tramite) -> Iterator[Finding]:
    if "gratis" not in tramite.cost.casefold():
        yield Finding(tramite.id, "cost", "gratis", "must say that the trámite is gratis")


RULES: tuple[Rule, ...] = (
    _cost,
    _promises,
    _bureaucratese,
    _unaccented,
    _abolished,
    _secrets,
    _account_numbers,
    _phones,
)
