"""Fold everyday written Mexican Spanish to one plain spelling.

People write "KUANTO DEVO", "cuanto debo?" and "cuánto deboooo"; the encoder was trained
on none of these. Folding is pure text to text, needs no model, and is applied alike to
the training examples and to what people write.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

VAULT_TOKEN = re.compile(r"⟦([A-ZÑ]+):\d+⟧")
MAX_CHARACTERS = 600

_ASKED_FOR = "NSS|CODIGO"
_HANDED_OVER = re.compile(
    r"(?:\b(?:mi|el|es|este|ese|nss|n[uú]m(?:ero)?|de|del|seguro|seguridad|social|imss|c[oó]digo|aqu[ií]"
    r"|est[aá]|te|dejo|paso|va|y|con)\b[\s:=,.]*)*⟦(?:" + _ASKED_FOR + r"):\d+⟧",
    re.IGNORECASE,
)

_ABBREVIATIONS_FILE = Path(__file__).with_name("abbreviations.yml")
_COMBINING = re.compile(r"[\u0300-\u0302\u0304-\u036f]|(?<![nN])\u0303")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_DOUBLED_VOWEL_AT_END = re.compile(r"([aiou])\1\b")
_LONG_NUMBER = re.compile(r"\d[\d.,\-/]{4,}")
_NOT_WORD = re.compile(r"[^\wñ$%]+|_+")

# Written by ear: each pattern is replaced in order, on one folded word.
_READABLE = (
    (re.compile(r"k(?=[ei])"), "qu"),
    (re.compile(r"k"), "c"),
    (re.compile(r"w(?=[aeiou])"), "gu"),
)
_BY_SOUND = (
    (re.compile(r"ch"), "\u01c2"),
    (re.compile(r"h"), ""),
    (re.compile(r"\u01c2"), "ch"),
    (re.compile(r"qu(?=[ei])"), "k"),
    (re.compile(r"c(?=[ei])|z"), "s"),
    (re.compile(r"c(?!h)|q"), "k"),
    (re.compile(r"v"), "b"),
    (re.compile(r"g(?=[ei])"), "j"),
    (re.compile(r"ll"), "y"),
    (re.compile(r"([^\W\d_])\1"), r"\1"),
)
# Borrowed or proper words that the spelling rules would only damage.
_KEPT = frozenset({"whatsapp", "web", "facebook", "kit", "ok", "link", "token", "tiktok"})


@lru_cache(maxsize=1)
def abbreviations() -> Mapping[str, str]:
    """Return the table of abbreviations and what each stands for."""
    table = yaml.safe_load(_ABBREVIATIONS_FILE.read_text(encoding="utf-8"))
    return {str(word): str(meaning) for word, meaning in table.items()}


def strip_accents(text: str) -> str:
    """Lower-case the text and drop every accent except the tilde of ñ."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return unicodedata.normalize("NFC", _COMBINING.sub("", decomposed))


def _spell(word: str) -> str:
    word = abbreviations().get(word, word)
    if word in _KEPT or " " in word:
        return word
    for pattern, plain in _READABLE:
        word = pattern.sub(plain, word)
    return abbreviations().get(word, word)


def question_beside_token(text: str) -> str:
    """Return the text without «mi NSS es ⟦NSS:1⟧», so that what is asked beside it stands out.

    Text with no masked NSS or code, with several, or with nothing else is returned as it is.
    """
    tokens = re.findall(f"⟦(?:{_ASKED_FOR}):", text)
    if len(tokens) != 1:
        return text
    rest = _HANDED_OVER.sub(" ", text, count=1)
    return rest if re.search(r"\w", rest) else text


def _vault_word(match: re.Match[str]) -> str:
    return f" {match.group(1).lower()} "


def fold(text: str) -> str:
    """Return the text lower-cased, unaccented, spelled out and without punctuation.

    A vault token becomes the plain word of its kind. Repair of typing slips toward the
    assistant's own vocabulary belongs between ``_spell`` and the join, one word at a time.
    """
    plain = VAULT_TOKEN.sub(_vault_word, _INVISIBLE.sub("", text[:MAX_CHARACTERS]))
    plain = strip_accents(plain)
    plain = _REPEATED.sub(r"\1", plain)
    plain = _DOUBLED_VOWEL_AT_END.sub(r"\1", plain)
    plain = _LONG_NUMBER.sub(" numero ", plain)
    words = _NOT_WORD.sub(" ", plain).split()
    return " ".join(_spell(word) for word in words)


_COURTESY = (
    r"hola+|holi+s?|ola|buen dia|buenos dias|buenas(?: tardes| noches)?|buen(?:a|as|os)? tardes?"
    r"|que tal|disculpe la molestia|disculpen?|oigan?|oye|saludos|señorita|joven|estimados?"
    r"|por favor|muchas gracias|mil gracias|gracias|de antemano"
)
# «este mes» and the like point; elsewhere «este» is said while one thinks.
_PAUSE = (
    r"eh+|em+|mm+|o sea|osea|como [lt]e dire|pues|este(?! (?:mes|año|bimestre|credito|tramite|pago"
    r"|numero|aviso|codigo|caso|dia|chat|descuento|documento|dato|error|mensaje|correo|portal|lado"
    r"|fin|sistema|servicio|paso)\b)"
)
# What else is said so, above all by those who dictate; «¿es verdad?» asks.
_THINKING = (
    rf"{_PAUSE}|bueno|mire|mira|fijese(?: que)?|fijate(?: que)?|a ver|digamos"
    r"|la verdad(?: es que)?|es que|(?<!\bes )verdad|si me explico|me explico|si me hace el favor"
    r"|si es tan amable|si no es molestia|ahi me dice|porfa|por fa|porfis|plis"
)
# Whom one speaks to; «me lo dijo un amigo» speaks about one.
_SPOKEN_TO = (
    r"(?:mi (?:rey|reina|amor|vida|chavo|buen|estimad[oa]|lic)|amig(?:uit)?[oa]s?|compas?|compadre"
    r"|carnal|bro|wey|guey|mano|lic|inge|mij[oa]|guap[oa]|corazon)"
)
_BEFORE_SOMEBODY = (
    "un", "una", "unos", "el", "la", "los", "mi", "mis", "tu", "tus", "su", "sus", "al", "del",
    "de", "con", "a", "es",
)  # fmt: skip
_SPOKEN_OF = "".join(rf"(?<!\b{word} )" for word in _BEFORE_SOMEBODY)
_CALLED_FIRST = re.compile(rf"^(?:{_SPOKEN_TO} )+")
_CALLED_LAST = re.compile(rf"(?: {_SPOKEN_OF}{_SPOKEN_TO})+$")
_ASIDE = rf"(?:{_COURTESY}|{_THINKING})\b"
_BEFORE = re.compile(rf"^(?:(?:{_ASIDE}|{_SPOKEN_TO}\b) ?)+")
_AFTER = re.compile(rf"(?: (?:{_ASIDE}|{_SPOKEN_OF}{_SPOKEN_TO}))+$")
_INSIDE = re.compile(rf" (?:{_PAUSE})(?= )")
_NOTHING_ELSE = re.compile(rf"(?:{_ASIDE} ?)*")


def without_courtesy(folded: str) -> str:
    """Return a folded text without greeting, thanks and what is said while one thinks.

    Nor with whom it is said to: «gracias mi rey». «hola buenas tardes» says nothing else and stays
    as it is, and so does a single word left.
    """
    said = _CALLED_LAST.sub("", _CALLED_FIRST.sub("", folded))
    rest = _INSIDE.sub("", _AFTER.sub("", _BEFORE.sub("", said)))
    return rest if " " in rest else said


def only_courtesy(folded: str) -> bool:
    """Tell whether a folded text greets, thanks or hesitates and says nothing else."""
    return _NOTHING_ELSE.fullmatch(folded) is not None


def sound(folded: str) -> str:
    """Return a folded text as it sounds, so that b/v, s/c/z and a silent h agree."""
    for pattern, plain in _BY_SOUND:
        folded = pattern.sub(plain, folded)
    return folded
