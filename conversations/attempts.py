"""Read an attempt to give the NSS or the one-time code that the assistant asked for.

Only the shape of the attempt leaves this module (how many digits, what is wrong); the value goes
to the vault. What is no attempt is an ordinary message: people ask things in the middle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from conversations import privacy
from conversations.messages import SecureKind
from conversations.privacy import Found
from conversations.texts import texts

NSS_DIGITS, CODE_DIGITS = 11, 6
_NSS_LEAST, _CODE_LEAST = 6, 3
_TOKEN = re.compile(r"\S+")
_GLUED = re.compile(
    r"^(?:n\.?s\.?s|imss|num|n[uú]mero|no|es|c[oó]digo|clave)[\W_]*(?=\d)", re.IGNORECASE
)
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")
_FILLER = frozenset(texts().filler.split())


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a person typed for a secure input: `found` covers it; `problem` says what is wrong."""

    kind: SecureKind
    found: Found
    problem: str | None
    digits: int


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that holds a digit, without the punctuation around it."""

    start: int
    end: int
    core: str


class _Candidate:
    """Neighbouring words with digits, read as one number."""

    def __init__(self, words: Sequence[_Word]) -> None:
        self.words = words
        core = "".join(word.core for word in words)
        self.digits = "".join(char for char in core if char.isdigit())
        self.letters = any(char.isalpha() for char in core)


def _candidates(text: str) -> tuple[list[_Candidate], int]:
    """Join neighbouring words that hold digits; count the other words that mean something."""
    taken = [(one.start, one.end) for one in privacy.lettered(text)] + privacy.harmless(text)
    groups: list[list[_Word]] = []
    others, joined = 0, False
    for match in _TOKEN.finditer(text):
        begin, end = match.span()
        core = _EDGE.sub("", match[0])
        if any(start < end and begin < stop for start, stop in taken):
            others, joined = others + 1, False
        elif any(char.isdigit() for char in core):
            glued = _GLUED.match(core)
            if glued:
                begin += match[0].index(core) + glued.end()
                core, joined = core[glued.end() :], False
            if not joined:
                groups.append([])
            groups[-1].append(_Word(begin, end, core))
            joined = True
        elif core:
            others, joined = others + (core.casefold() not in _FILLER), False
    return [_Candidate(words) for words in groups], others


def _nss_problem(digits: str, letters: bool) -> str | None:
    if letters:
        return "letras"
    if len(digits) != NSS_DIGITS:
        return "faltan" if len(digits) < NSS_DIGITS else "sobran"
    return None if privacy.luhn_valid(digits) else "verificador"


def _code_problem(digits: str, letters: bool) -> str | None:
    if letters:
        return "letras"
    if len(digits) != CODE_DIGITS:
        return "faltan" if len(digits) < CODE_DIGITS else "sobran"
    return None


def _is_nss(candidate: _Candidate, others: int) -> bool:
    return len(candidate.digits) >= _NSS_LEAST


def _is_code(candidate: _Candidate, others: int) -> bool:
    """Take six digits for the code anywhere, anything else only when little else is said."""
    digits = candidate.digits
    if len(digits) == CODE_DIGITS and not candidate.letters:
        return True
    if len(digits) == NSS_DIGITS and privacy.luhn_valid(digits):
        return False
    return others == 0 and len(digits) >= _CODE_LEAST


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    length: int
    accepts: Callable[[_Candidate, int], bool]
    problem: Callable[[str, bool], str | None]


_RULES: Mapping[SecureKind, _Rule] = {
    "nss": _Rule("NSS", NSS_DIGITS, _is_nss, _nss_problem),
    "code": _Rule("CODIGO", CODE_DIGITS, _is_code, _code_problem),
}


def read(text: str, asked: SecureKind) -> Attempt | None:
    """Find the attempt in normalised text, the best one when there are several."""
    rule = _RULES[asked]
    candidates, others = _candidates(text)
    fitting = [
        one
        for joined in candidates
        for one in (joined, *(_Candidate([word]) for word in joined.words))
        if rule.accepts(one, others)
    ]
    if not fitting:
        return None

    def fitness(one: _Candidate) -> tuple[bool, int]:
        """Prefer a right number, then as much of what was typed as possible."""
        return rule.problem(one.digits, one.letters) is None, len(one.words)

    best = max(fitting, key=fitness)
    return _attempt(best, best.words[0].start, best.words[-1].end, asked)


def given(text: str, asked: SecureKind) -> Attempt:
    """Read the whole of a protected field as the attempt."""
    word = _Word(0, len(text), _EDGE.sub("", text))
    return _attempt(_Candidate([word]), 0, len(text), asked)


def _attempt(one: _Candidate, start: int, end: int, asked: SecureKind) -> Attempt:
    rule = _RULES[asked]
    found = Found(rule.kind, start, end, one.digits)
    return Attempt(asked, found, rule.problem(one.digits, one.letters), len(one.digits))
