"""Find identifiers written in clear, and tell whether each can be one.

In service none gets here: the gateway puts vault tokens in their place. Whoever tries the
model from the command line, or writes a rule, still sees what was recognised.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from accounts import identifiers

_APART = r"(?<![A-Z\dÑ&$]){}(?![A-Z\dÑ&])"
_CURP = re.compile(
    _APART.format(r"[A-Z]{4}[ -]?\d{6}[ -]?[A-Z]{6}[ -]?[A-Z0-9]{1,2}"), re.IGNORECASE
)
# Written apart it must be whole, with a date that can be: «debo 318402 de mi casa» is none.
_DATE = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_RFC = re.compile(
    _APART.format(rf"[A-ZÑ&]{{3,4}}(?:[ -]?{_DATE}[ -]?[A-Z\d]{{2}}[\dA]|\d{{6}}[A-Z\d]{{0,3}})"),
    re.IGNORECASE,
)
_DIGITS = re.compile(
    r"(?<![\d$.,/])\d(?:[ .-]?\d){4,21}(?:-?[A-Z]\b)?"
    r"(?![\d/]|[.,]\d|\s*(?:pesos|mil|millones|mdp)\b)",
    re.IGNORECASE,
)
_CUES = (
    ("nss", re.compile(r"\b(?:nss|seguro|seguridad social|imss|afiliaci[oó]n)\b", re.IGNORECASE)),
    ("clabe", re.compile(r"\bclabe\b", re.IGNORECASE)),
    ("numero_credito", re.compile(r"\b(?:n[uú]m(?:ero)?|no)\b.{0,9}\bcr[eé]dito\b", re.IGNORECASE)),
)
_CUE_REACH = 40
_OF_LENGTH: Mapping[int, str] = {11: "nss", 18: "clabe"}
_LEAST_WITHOUT_CUE = 8

_CLEAN: Mapping[str, Callable[[str], str]] = {
    "nss": identifiers.clean_nss,
    "curp": identifiers.clean_curp,
    "rfc": identifiers.clean_rfc,
    "clabe": identifiers.clean_clabe,
    "numero_credito": identifiers.clean_credit_number,
}


@dataclass(frozen=True)
class Identifier:
    """Hold one identifier, without separators, its place, and what is wrong with it if anything."""

    kind: str
    value: str
    start: int
    end: int
    problem: str | None


def find_identifiers(text: str) -> Iterator[Identifier]:
    """Yield the identifiers of a text in order; a long number of no known kind is a ``numero``."""
    taken: list[tuple[int, int]] = []
    found: list[Identifier] = []
    for kind, pattern in (("curp", _CURP), ("rfc", _RFC), ("", _DIGITS)):
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            named = kind or _kind_of(text, match)
            if named:
                taken.append(match.span())
                found.append(_checked(named, match))
    yield from sorted(found, key=lambda identifier: identifier.start)


def _kind_of(text: str, match: re.Match[str]) -> str | None:
    before = text[max(0, match.start() - _CUE_REACH) : match.start()]
    cues = [(found.end(), kind) for kind, cue in _CUES for found in cue.finditer(before)]
    digits = sum(char.isdigit() for char in match.group())
    if digits in _OF_LENGTH:
        return _OF_LENGTH[digits]
    if cues:
        return max(cues)[1]
    return "numero" if digits >= _LEAST_WITHOUT_CUE else None


def _checked(kind: str, match: re.Match[str]) -> Identifier:
    value, problem = identifiers.compact(match.group()), None
    if kind in _CLEAN:
        try:
            value = _CLEAN[kind](match.group())
        except identifiers.IdentifierError as error:
            problem = error.problem
    return Identifier(kind, value, match.start(), match.end(), problem)
