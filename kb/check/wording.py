"""Look for words that must not be there; the lists are data, in `kb/wording.yml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from kb.check.finding import Finding, Page, PageRule, Rule
from kb.model import Tramite
from kb.problems import why
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


def _matches(page: Page, rule: str, pattern: re.Pattern[str], key: str) -> Iterator[Finding]:
    for field, text in page.texts:
        for match in pattern.finditer(ADDRESS.sub(" ", text)):
            yield Finding(page.name, field, rule, why(key, texto=match[0]))


def _promises(page: Page) -> Iterator[Finding]:
    return _matches(page, "promise", _any_of(_wording().promises), "promesa")


def _bureaucratese(page: Page) -> Iterator[Finding]:
    return _matches(page, "bureaucratese", _any_of(_wording().bureaucratese), "oficinesco")


def _unaccented(page: Page) -> Iterator[Finding]:
    return _matches(page, "accent", _any_of(_wording().unaccented), "sin_acento")


def _abolished(page: Page) -> Iterator[Finding]:
    return _matches(page, "inai", _ABOLISHED, "ya_no_existe")


def _secrets(page: Page) -> Iterator[Finding]:
    return _matches(page, "secret", _SECRET, "pide_secreto")


def _account_numbers(page: Page) -> Iterator[Finding]:
    return _matches(page, "clabe", _LONG_DIGITS, "numero_de_cuenta")


def _phones(page: Page) -> Iterator[Finding]:
    known = _wording().phones
    for field, text in page.texts:
        for match in _PHONE.finditer(text):
            if match[0] not in known:
                yield Finding(page.name, field, "phone", why("telefono_ajeno", texto=match[0]))


def _cost(tramite: Tramite) -> Iterator[Finding]:
    if "gratis" not in tramite.cost.casefold():
        yield Finding(tramite.id, "cost", "gratis", why("sin_gratis"))


RULES: tuple[Rule, ...] = (_cost,)
PAGE_RULES: tuple[PageRule, ...] = (
    _promises,
    _bureaucratese,
    _unaccented,
    _abolished,
    _secrets,
    _account_numbers,
    _phones,
)
