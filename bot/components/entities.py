"""Find identifiers, amounts, dates, months, bimesters, states and cities in a message.

spaCy's blank Spanish tokeniser with a span ruler; the patterns are data (entities.yml) and the
places are those of the directory.
Values are normal forms: an amount in pesos with two decimals, an ISO date, a month as
``2026-03`` (``--03`` without a year), a bimester as ``2026-B2`` (``B2`` without a year), a year as
``2026``; a month or a year named from today is ``PRESENT`` or ``PAST``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import spacy
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from bot.components.amounts import MOST, amount_of, number_words
from bot.components.folding import VAULT_TOKEN, strip_accents
from bot.components.identifiers import find_identifiers
from kb.directory import Directory

MAX_CHARACTERS = 1000

_PATTERNS_FILE = Path(__file__).with_name("entities.yml")
_WHOLE = re.compile(r"^(?:⟦[A-ZÑ]+:\d+⟧|\$?\d+(?:[.,]\d+)*|\d{1,2}[/-]\d{1,2}[/-]\d{2,4})$")
PRESENT, PAST = "este", "pasado"
"""The values of a month or a year that is named from today: «este mes», «el año pasado»."""
NO_SUCH_DATE = "fecha_imposible"
"""The kind of what is written as a date and is none: «31 de febrero»."""

_SPOKEN = 100
_DATE = re.compile(r"^(\d{1,2})[/-](\d{1,2})[/-](\d{2,4})$")


@dataclass(frozen=True)
class Found:
    """Hold one entity: its kind, normal form and place in the text.

    ``problem`` says why an identifier cannot be one; ``valid`` is None for what has no check.
    """

    kind: str
    value: str
    start: int
    end: int
    valid: bool | None = None
    problem: str | None = None


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(_PATTERNS_FILE.read_text(encoding="utf-8"))
    return data


@lru_cache(maxsize=1)
def _months() -> Mapping[str, int]:
    return {name: n for n, name in enumerate(_data()["meses"], 1)} | _data()["otros_meses"]


@lru_cache(maxsize=1)
def _language() -> Language:
    language = spacy.blank("es")
    match = language.tokenizer.token_match

    def keep_whole(text: str) -> Any:
        return _WHOLE.match(text) or (match(text) if match else None)

    language.tokenizer.token_match = keep_whole
    named = {
        "meses": list(_months()),
        "ordinales": list(_data()["ordinales"]),
        "pesos": list(_data()["pesos"]),
    }
    patterns = [
        {"label": kind, "pattern": [_named(token, named) for token in pattern]}
        for kind in _READERS
        for pattern in _data()[kind]
    ]
    places = [
        {"label": kind, "id": name, "pattern": [{"LOWER": word} for word in written.split()]}
        for written, (kind, name) in _places().items()
    ]
    language.add_pipe("span_ruler").add_patterns([*patterns, *places])  # type: ignore[attr-defined]
    return language


@lru_cache(maxsize=1)
def _places() -> Mapping[str, tuple[str, str]]:
    """Return every way to write a place, with its kind and the name that is reported."""
    return {
        spelled: (kind, name)
        for kind, name, written in Directory.load().spellings()
        for form in written
        for spelled in (form, strip_accents(form))
    }


def _named(token: dict[str, Any], lists: Mapping[str, list[str]]) -> dict[str, Any]:
    condition = token.get("LOWER")
    if isinstance(condition, dict) and isinstance(condition.get("IN"), str):
        return {**token, "LOWER": {"IN": lists[condition["IN"]]}}
    return token


def find(text: str) -> list[Found]:
    """Return the entities of a text in order; spans never overlap, the longest wins."""
    text = text[:MAX_CHARACTERS]
    identified = [*_masked(text), *_in_clear(text)]
    rest = text
    for found in identified:
        rest = rest[: found.start] + " " * (found.end - found.start) + rest[found.end :]
    # Only a digit, a place, a number word, a month or a word that points to one can begin them.
    if not _worth().search(rest):
        return sorted(identified, key=lambda found: found.start)
    document = _language()(rest)
    spans = filter_spans([*document.spans["ruler"], *_spoken(document)])
    read = [entity for span in spans if (entity := _read(span)) is not None]
    return sorted([*identified, *read], key=lambda found: found.start)


def _spoken(document: Doc) -> Iterator[Span]:
    """Yield each run of number words, with the pesos after it.

    As a pattern of the ruler a long run would take it seconds.
    """
    begin, words, ends = None, {*number_words(), "y"}, {*_data()["pesos"]}
    for index, token in enumerate([*document, None]):
        word = token.lower_ if token is not None else ""
        if begin is None:
            begin = index if word in words and word != "y" else None
        elif word not in words:
            while document[index - 1].lower_ == "y" and word not in ends:
                index -= 1
            yield Span(document, begin, index + (word in ends), label="monto")
            begin = None


def _read(span: Span) -> Found | None:
    reader = _READERS.get(span.label_)
    if span.label_ == "monto" and _counts_something(span):
        return None
    value = reader([token.lower_ for token in span]) if reader else span.id_
    if value is None and span.label_ == "fecha":
        return Found(NO_SUCH_DATE, span.text, span.start_char, span.end_char)
    return None if value is None else Found(span.label_, value, span.start_char, span.end_char)


def _counts_something(span: Span) -> bool:
    """Tell whether a number without pesos counts months, times or the like."""
    said = [token.lower_ for token in span]
    if "$" in span.text or any(word in _data()["pesos"] for word in said):
        return False
    following = span.doc[span.end].lower_ if span.end < len(span.doc) else ""
    return following in _data()["no_montos"]


def _masked(text: str) -> Iterator[Found]:
    for match in VAULT_TOKEN.finditer(text):
        yield Found(match.group(1).lower(), match.group(), match.start(), match.end())


def _in_clear(text: str) -> Iterator[Found]:
    for found in find_identifiers(VAULT_TOKEN.sub(lambda token: "·" * len(token.group()), text)):
        valid = None if found.kind == "numero" else found.problem is None
        yield Found(found.kind, found.value, found.start, found.end, valid, found.problem)


@lru_cache(maxsize=1)
def _worth() -> re.Pattern[str]:
    spoken = [word for word in number_words() if len(word) > 3 or word == "mil"]
    relative = [r"(?:mes|año|ano)\s+pasado", r"este\s+(?:mes|año|ano)"]
    words = [*_months(), *_places(), *spoken, "bimestre", *relative]
    return re.compile(r"\d|\b(?:" + "|".join(words) + r")\b", re.IGNORECASE)


def _amount(words: list[str]) -> str | None:
    value = amount_of(words)
    if value is None or value > MOST:
        return None
    figures = any(word.lstrip("$")[:1].isdigit() for word in words)
    pesos = any(word in _data()["pesos"] for word in words)
    # «Mil gracias», «dos»: one number word alone is no amount.
    numbers = sum(word in number_words() for word in words)
    return f"{value:.2f}" if figures or pesos or (numbers > 1 and value >= _SPOKEN) else None


def _date(words: list[str]) -> str | None:
    written = _DATE.match(words[0])
    if written:
        day, month, year = (int(part) for part in written.groups())
        return _iso(year + 2000 if year < 100 else year, month, day)
    day, month, year_written = int(words[0]), _month_of(words), _year_of(words[1:])
    if year_written is not None:
        return _iso(year_written, month, day)
    return f"--{month:02d}-{day:02d}" if _iso(2024, month, day) else None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


def _month(words: list[str]) -> str:
    if not any(word in _months() for word in words):
        return PAST if "pasado" in words else PRESENT
    year = _year_of(words)
    return f"{year if year else '-'}-{_month_of(words):02d}"


def _bimester(words: list[str]) -> str:
    ordinals = _data()["ordinales"]
    number = next(
        (int(ordinals.get(word, word)) for word in words if word in ordinals or len(word) == 1), 0
    )
    year = _year_of(words)
    return f"{year}-B{number}" if year else f"B{number}"


def _year(words: list[str]) -> str:
    year = _year_of(words)
    return str(year) if year else PAST if "pasado" in words else PRESENT


def _month_of(words: list[str]) -> int:
    return next(_months()[word] for word in words if word in _months())


def _year_of(words: list[str]) -> int | None:
    return next((int(word) for word in words if re.fullmatch(r"(?:19|20)\d\d", word)), None)


_READERS: Mapping[str, Callable[[list[str]], str | None]] = {
    "monto": _amount,
    "fecha": _date,
    "mes": _month,
    "bimestre": _bimester,
    "anio": _year,
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class SpanishEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Add what ``find`` recognises to the entities of a message."""

    @staticmethod
    def required_packages() -> list[str]:
        """Return nothing: all it needs is installed with the project."""
        return []

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpanishEntityExtractor:
        """Create the component and build the ruler before the first message needs it."""
        _language()
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities of each message's text."""
        for message in messages:
            text = message.get(TEXT)
            if isinstance(text, str):
                found = [_entity(entity) for entity in find(text)]
                extracted = self.add_extractor_name(found)
                message.set(ENTITIES, message.get(ENTITIES, []) + extracted, add_to_output=True)
        return messages


def _entity(found: Found) -> dict[str, Any]:
    entity = {
        ENTITY_ATTRIBUTE_TYPE: found.kind,
        ENTITY_ATTRIBUTE_VALUE: found.value,
        ENTITY_ATTRIBUTE_START: found.start,
        ENTITY_ATTRIBUTE_END: found.end,
    }
    if found.valid is not None:
        entity["valid"] = found.valid
    return entity | ({"problem": found.problem} if found.problem else {})
