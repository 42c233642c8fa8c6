"""Cut a message where a second question may begin.

«cuánto debo y dónde pago» is two questions and «estado de cuenta y movimientos» is one; which
it is can only be told after each piece has been understood. Here every run of neighbouring
clauses becomes a message of its own behind the whole one, the rest of the pipeline understands
them all alike, and ``bot/components/questions.py`` chooses and puts them together again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.folding import fold, only_courtesy

SPAN = "clause_span"
"""Where a clause lies in its message, as clause numbers (first, one past the last)."""

CLAUSE = "clause"

MAX_CLAUSES = 3
"""The pieces grow with the square of this, and so does the time."""

MAX_CHARACTERS = 400
_SHORTEST = 3

_MORE = (
    "también|tambien|tmb|además|ademas|aparte|luego|otra cosa|de paso|otra duda|otra pregunta"
    "|por otro lado|lo segundo|lo otro|segundo(?=[,:])"
)
_INTERROGATIVE = (
    r"[ck][oó]mo|[ckq]u[aá]nt[oa]s?|cu[aá]ndo|[dk]?[oó]nde|dnd|cu[aá]l(?:es)?|qui[eé]n(?:es)?|qué"
)
_MARKS = (
    # The stronger the mark, the likelier that a question ends there.
    re.compile(r"[?!]+\s*|[.;:]\s+|\n+"),
    re.compile(
        r"[,+]?\s*(?:\b(?:y|e|pero|luego)|[+&])\s+(?:(?:" + _MORE + r")\b,?\s*)?"
        r"|,?\s*\b(?:" + _MORE + r")\b,?\s+",
        re.IGNORECASE,
    ),
    # «del banco o de Infonavit» is one question: after «o», only what asks begins another.
    re.compile(rf",?\s*\bo\s+(?={_INTERROGATIVE}|puedo|puede)", re.IGNORECASE),
    re.compile(r",\s*"),
)
_ASKING = re.compile(
    rf"\b(?:{_INTERROGATIVE}|que|q|k|ke|puedo|pueden|puede|[qk]u?iero|quisiera|necesito|nesesito|ocupo"
    r"|requiero|hay|dan|dime|d[ií]ganme|p[aá]same|checar|consultar)\b"
    # After «quiero saber mis puntos y»: «si me alcanza», «sacar mi constancia», «me regresen…».
    r"|^(?:si|me \w+[ae]n|\w+[aei]r(?:me|l[ao]s?)?)\b",
    re.IGNORECASE,
)
# After what asks already, these begin another question; what follows «quiero», wherever it is.
_BEGINS = re.compile(rf"\b(?:{_INTERROGATIVE}|puedo)\b", re.IGNORECASE)
_WANTS = re.compile(r"\b(?:[qk]u?iero|quisiera|necesito|nesesito|ocupo)\b", re.IGNORECASE)
# These begin a question too, but more often go on with one.
_MAY_BEGIN = re.compile(
    r"\b(?:(?:con|a|de|en|por|para|pa) (?:qui[eé]n|d[oó]nde|qu[eé]|q|k|ke|cu[aá]l)"
    r"|porq|porque|xq|x que|pq|se puede|sigo|no (?:me|puedo|s[eé])|si|[qk]u?iere"
    r"|me (?:urge|p[au][sae]\w+|dan?|dices?|dicen)|hay|tampoco"
    r"|(?:que|q|k|ke) (?:llevo|piden|papeles|documentos|necesito|ocupo|requisitos))\b",
    re.IGNORECASE,
)
# «quiero saber cuánto debo» asks once: the second word only says what about. A «que» without
# its accent hardly ever begins a question.
_LEADS_ON = re.compile(
    rf"(?:\b(?:{_INTERROGATIVE}|saber|ver|checar|dime|d[ií]game|se|sé|de|a|en|por|para|pa|con|lo|la"
    r"|el|que|q|k|no|si|y|ni|ya|me|te|o)|^|[,.?!])\s*$",
    re.IGNORECASE,
)
_ADDING = re.compile(rf"\b(?:{_MORE})\b", re.IGNORECASE)
_AND = re.compile(r"\by\s*$", re.IGNORECASE)
_WHETHER = re.compile(r"si\b", re.IGNORECASE)
_TWO_WORDS = re.compile(r"\w+\W+\w+")
_THREE_WORDS = re.compile(r"(?:\w+\W+){2}\w")
# What may begin a question where no mark stands, and how much is said before it.
_BARE = ((_BEGINS, _TWO_WORDS), (_WANTS, _TWO_WORDS), (_MAY_BEGIN, _THREE_WORDS))
# «cuánto y cuándo es mi pago» asks about one thing.
_ONLY_ASKS = re.compile(rf"\W*(?:{_INTERROGATIVE})\W*", re.IGNORECASE)


@dataclass(frozen=True)
class Clause:
    """Hold a piece of a message and where it begins and ends."""

    text: str
    start: int
    end: int


def cut(text: str) -> list[Clause]:
    """Return the clauses of a text in order, at most ``MAX_CLAUSES``; one when it is one."""
    if len(text) > MAX_CHARACTERS:
        return [Clause(text, 0, len(text))]
    cuts: list[tuple[int, int]] = []
    for span in _places(text):
        if len(cuts) < MAX_CLAUSES - 1 and _apart(span, cuts, text):
            cuts.append(span)
    edges = [0, *(edge for span in sorted(cuts) for edge in span), len(text)]
    return [
        Clause(text[start:end].strip(), start, end)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]


def adds(between: str, after: str) -> bool:
    """Tell whether what stands between two clauses, and begins the next, says that more is asked.

    «quiero saber mis puntos y si me alcanza»: what follows «y si» is a second thing to know.
    """
    to_know = _AND.search(between) and _WHETHER.match(after)
    return bool(to_know or _ADDING.search(between))


def asks(text: str) -> bool:
    """Tell whether a text has a word or a mark that asks for something."""
    return "?" in text or _ASKING.search(text) is not None


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a text may be cut, the likeliest places first."""
    for pattern in _MARKS:
        for match in pattern.finditer(text):
            yield match.span()
    # Phones often give no marks at all: then a second word that asks may begin a question.
    for pattern, least in _BARE:
        for match in pattern.finditer(text):
            before, after = text[: match.start()], text[match.start() :]
            enough = least.search(before) and _TWO_WORDS.search(after)
            if enough and not _LEADS_ON.search(before) and (pattern is not _BEGINS or asks(before)):
                yield match.start(), match.start()


def _apart(span: tuple[int, int], cuts: list[tuple[int, int]], text: str) -> bool:
    start, end = span
    before = max((cut[1] for cut in cuts if cut[1] <= start), default=0)
    after = min((cut[0] for cut in cuts if cut[0] >= end), default=len(text))
    overlaps = any(cut[0] < end and start < cut[1] for cut in cuts)
    shares = _ONLY_ASKS.fullmatch(text[before:start]) and "?" not in text[start:end]
    said = all(_words(text[a:b]) for a, b in ((before, start), (end, after)))
    return said and not overlaps and not shares


def _words(text: str) -> bool:
    return len(re.sub(r"\W", "", text)) >= _SHORTEST and not only_courtesy(fold(text))


def runs(text: str) -> Iterator[tuple[tuple[int, int], Clause]]:
    """Yield every run of neighbouring clauses but the whole, with the clauses it spans."""
    clauses = cut(text)
    for first, past in combinations(range(len(clauses) + 1), 2):
        if past - first < len(clauses):
            start, end = clauses[first].start, clauses[past - 1].end
            yield (first, past), Clause(text[start:end].strip(), start, end)


def with_pieces(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """Yield each message that somebody wrote, followed by its runs of clauses."""
    together: list[Message] = []
    for message in messages:
        if message.get(SPAN) is None and together:
            yield together
            together = []
        together.append(message)
    if together:
        yield together


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ClauseSplitter(GraphComponent):
    """Put the clauses of a message behind it as messages of their own."""

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
    ) -> ClauseSplitter:
        """Create the component."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Return the messages, each followed by its runs of clauses."""
        every: list[Message] = []
        for message in messages:
            every.append(message)
            text = message.get(TEXT)
            if isinstance(text, str):
                every += [
                    Message({TEXT: run.text, SPAN: span, CLAUSE: run}) for span, run in runs(text)
                ]
        return every
