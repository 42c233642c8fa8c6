"""Keep the texts as easy as plain Spanish; `kb/reading.py` says what the scores mean.

The limits are borders of the INFLESZ scale. What is read first, and a topic as a whole, must be
quite easy, which is what a person with primary school reads. One short text may be only normal:
a single long name in it (Registro Público de la Propiedad) weighs more than the writer can help.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from kb.check.finding import Finding, Page, PageRule, Rule, page_of
from kb.model import Tramite
from kb.problems import why
from kb.reading import NORMAL, QUITE_EASY, perspicuity, sentences, spoken_words

MEASURED_WORDS = 8
"""With fewer words one name decides the score, and the text is short enough anyway."""

SENTENCE_WORDS = 20
EXPLAINED_WORDS = 25
"""Longer, where a doubt or a whole topic is explained: nothing is done while reading it."""

_EXPLAINED = ("summary", "disputed")
_LABEL = re.compile(r"«[^»]*»")


def _ease(page: Page) -> Iterator[Finding]:
    for field, written in page.prose:
        text = _own_words(written)
        if sum(map(spoken_words, sentences(text))) >= MEASURED_WORDS:
            limit = QUITE_EASY if field == "summary" else NORMAL
            yield from _too_hard(page, field, text, limit)


def _whole(tramite: Tramite) -> Iterator[Finding]:
    page = page_of(tramite)
    # What does not end in a stop still ends where its field does.
    together = " ".join(f"{_own_words(text).rstrip('.')}." for _, text in page.prose)
    yield from _too_hard(page, "-", together, QUITE_EASY)


def _own_words(text: str) -> str:
    # The label of a button is copied from the official page, so nobody here can write it better.
    return _LABEL.sub("«esto»", text)


def _too_hard(page: Page, field: str, text: str, limit: float) -> Iterator[Finding]:
    score = perspicuity(text)
    if score is not None and score < limit:
        # 54.9 is not shown as the 55 that is due.
        message = why("dificil", puntos=math.floor(score), limite=limit)
        yield Finding(page.name, field, "reading", message)


def _sentences(page: Page) -> Iterator[Finding]:
    for field, text in page.prose:
        limit = EXPLAINED_WORDS if field in _EXPLAINED else SENTENCE_WORDS
        for sentence in sentences(text):
            count = spoken_words(_own_words(sentence))
            if count > limit:
                begin = " ".join(sentence.split()[:4])
                message = why("frase_larga", total=count, limite=limit, inicio=begin)
                yield Finding(page.name, field, "sentence", message)


RULES: tuple[Rule, ...] = (_whole,)
PAGE_RULES: tuple[PageRule, ...] = (_ease, _sentences)
