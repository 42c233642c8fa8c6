"""What people write, folded, read and classified by our own parts of the pipeline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import compat

compat.install()

from rasa.shared.nlu.training_data.message import Message  # noqa: E402

from bot import encoding  # noqa: E402
from bot.components import intent_model  # noqa: E402
from bot.components.calibration import Compared, fit_weighing, softmax  # noqa: E402
from bot.components.classifier import intent_of_token  # noqa: E402
from bot.components.entities import find  # noqa: E402
from bot.components.fallback import CalibratedFallback  # noqa: E402
from bot.components.folding import fold, question_beside_token, sound, without_courtesy  # noqa: E402
from bot.components.normalizer import FOLDED_TEXT, SpanishNormalizer  # noqa: E402
from bot.components.text_grams import TextGrams  # noqa: E402
from bot.encoding import encode, encode_parts, shared_encoder  # noqa: E402
from bot.token_features import TokenFeatures  # noqa: E402


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("KUANTO DEVO D MI CREDITO??", "cuanto debo de mi credito"),
        ("Holaaaa, k tal", "hola que tal"),
        ("¿Dónde está el AÑO?", "donde esta el año"),
        ("mi pingüino", "mi pinguino"),
        ("qiero saber x favor", "quiero saber por favor"),
        ("mi rfc es ⟦RFC:1⟧ y está mal", "mi rfc es rfc y esta mal"),
        ("debo 318402.15", "debo numero"),
        ("🙃", ""),
        ("", ""),
    ],
)
def test_folding(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(max_size=200))
def test_folding_takes_any_text_and_is_stable(text: str) -> None:
    folded = fold(text)
    assert folded == fold(text)
    assert folded == folded.strip()
    sound(folded)


def test_words_that_sound_alike_agree() -> None:
    assert sound("baca hacer zapato") == sound("vaca aser sapato")
    assert sound("chile") != sound("cile")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("mi nss es ⟦NSS:1⟧ cuánto debo", "cuanto debo"),
        ("⟦NSS:1⟧", "nss"),
        ("tengo ⟦NSS:1⟧ y otro ⟦NSS:2⟧", "tengo nss y otro nss"),
    ],
)
def test_the_question_beside_a_number_stands_out(text: str, rest: str) -> None:
    assert fold(question_beside_token(text)) == rest


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("⟦NSS:1⟧", "dar_nss"),
        ("mi nss es ⟦NSS:1⟧ gracias", "dar_nss"),
        ("me llegó el código ⟦CODIGO:2⟧", "dar_codigo"),
        ("mi nss es ⟦NSS:1⟧ cuánto debo", None),
        ("⟦RFC:1⟧", None),
        ("⟦NSS:1⟧ ⟦CODIGO:1⟧", None),
        ("hola", None),
    ],
)
def test_a_masked_number_alone_needs_no_statistics(text: str, intent: str | None) -> None:
    assert intent_of_token(text, fold(question_beside_token(text))) == intent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("⟦NSS:1⟧ y ⟦CODIGO:12⟧", [("nss", "⟦NSS:1⟧"), ("codigo", "⟦CODIGO:12⟧")]),
        ("debo $318,402.15", [("monto", "318402.15")]),
        ("como 350 mil pesos", [("monto", "350000.00")]),
        ("1.5 millones", [("monto", "1500000.00")]),
        ("el 24 de noviembre de 2026", [("fecha", "2026-11-24")]),
        ("el 03/05/26", [("fecha", "2026-05-03")]),
        ("el 31 de febrero", [("fecha_imposible", "31 de febrero")]),
        ("mil quinientos al mes de más", [("monto", "1500.00")]),
        ("doy dos mil trescientos pesos", [("monto", "2300.00")]),
        ("$1.500,50", [("monto", "1500.50")]),
        ("mil gracias", []),
        ("ciento veinte meses", []),
        ("20 mil veces", []),
        ("los de 2025", [("anio", "2025")]),
        ("del año pasado", [("anio", "pasado")]),
        ("lo del mes pasado", [("mes", "pasado")]),
        ("en marzo", [("mes", "--03")]),
        ("en marzo de 2025", [("mes", "2025-03")]),
        ("bimestre 3 de 2025", [("bimestre", "2025-B3")]),
        ("el tercer bimestre", [("bimestre", "B3")]),
        ("tengo 2 hijos", []),
    ],
)
def test_entities(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(found.kind, found.value) for found in find(text)] == expected


@given(st.text(alphabet="0123456789$,./- mil pesosenero⟦⟧NS:1", max_size=60))
def test_entities_take_any_text_and_stay_in_it(text: str) -> None:
    for found in find(text):
        assert 0 <= found.start < found.end <= len(text)


def test_tokens_keep_masks_and_amounts_whole() -> None:
    normalizer = SpanishNormalizer(SpanishNormalizer.get_default_config())
    message = Message.build(text="mi nss ⟦NSS:1⟧, debo $1,234.56.")
    normalizer.process([message])
    words = [token.text for token in message.get("text_tokens")]
    assert words == ["mi", "nss", "⟦NSS:1⟧", "debo", "$1,234.56"]
    assert message.get(FOLDED_TEXT)


def test_grams_of_one_text_are_those_of_the_matrix() -> None:
    texts = ["cuanto debo", "cuanto pago", "donde pago"]
    grams, learnt = TextGrams.fit(texts, min_count=1)
    columns, weights = grams.weigh("cuanto pago")
    row = grams.matrix(["cuanto pago"]).toarray()[0]
    assert np.array_equal(learnt.toarray(), grams.matrix(texts).toarray())
    assert np.allclose(row[columns], weights)
    assert np.isclose(np.linalg.norm(weights), 1)
    assert grams.weigh("ñ")[0].size == 0


def test_the_weighing_undoes_what_was_stretched_and_finds_what_was_hidden() -> None:
    random = np.random.default_rng(0)
    scores, near = random.normal(size=(4000, 5)) * 2, random.normal(size=(4000, 5, 2))
    rows = softmax(scores + near @ [2.0, 0.0])
    truth = [np.arange(5) == random.choice(5, p=row) for row in rows]
    compared = [Compared(*row) for row in zip(scores * 3, near, truth, strict=True)]
    assert fit_weighing(compared) == pytest.approx([3, 2, 0], rel=0.1, abs=0.1)


def test_a_near_example_draws_a_doubtful_message_to_its_intent(
    model: intent_model.IntentModel,
) -> None:
    folded = "rfc pago mensualidad"
    vector = encode([folded])[0]
    drawn = replace(model, weighing=intent_model.Weighing(near_letters=8.0))
    found = [one.predict(folded, vector) for one in (model, drawn)]
    before, after = (dict(zip(one.names, one.chances, strict=True)) for one in found)
    columns, weights = model.grams.weigh(folded)
    near = model.closeness.nearest([0, 1, 2], vector, columns, weights)[:, 1]
    closest, farthest = (model.classes[n] for n in (near.argmax(), near.argmin()))
    assert after[closest] / after[farthest] > before[closest] / before[farthest]


EXAMPLES = {
    "pagar": ["donde pago", "donde puedo pagar", "como pago mi casa", "pagar mi mensualidad"],
    "nss": ["no se mi nss", "cual es mi numero de seguro", "sacar mi nss", "perdi mi nss"],
    "rfc": ["mi rfc esta mal", "corregir mi rfc", "cambiar rfc", "tengo mal el rfc"],
}


@pytest.fixture(scope="module")
def model() -> intent_model.IntentModel:
    """Train on a dozen examples."""
    pairs = [(text, intent) for intent, texts in EXAMPLES.items() for text in texts]
    folded = [text for text, _ in pairs]
    return intent_model.train(folded, encode(folded), [intent for _, intent in pairs])


@pytest.mark.parametrize(
    ("text", "intent"), [("dnd pago", "pagar"), ("mi rfc", "rfc"), ("olvide mi nss", "nss")]
)
def test_the_model_learns_and_keeps_what_it_learnt(
    model: intent_model.IntentModel, tmp_path: Path, text: str, intent: str
) -> None:
    model.save(tmp_path)
    loaded = intent_model.IntentModel.load(tmp_path)
    folded = fold(text)
    before, after = (m.predict(folded, encode([folded])[0]) for m in (model, loaded))
    assert before.names[0] == after.names[0] == intent
    assert np.allclose(before.chances, after.chances, atol=1e-2)
    assert sum(before.chances) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(("top", "refused"), [(0.95, False), (0.1, True)])
def test_a_doubt_keeps_the_ranking_behind_the_fallback(top: float, refused: bool) -> None:
    fallback = CalibratedFallback(CalibratedFallback.get_default_config())
    ranking = [{"name": "pagar", "confidence": top}, {"name": "rfc", "confidence": 1 - top}]
    message = Message({"text": "x", "intent": ranking[0], "intent_ranking": ranking})
    fallback.process([message])
    names = [entry["name"] for entry in message.get("intent_ranking")]
    expected = ["nlu_fallback", "pagar", "rfc"] if refused else ["pagar", "rfc"]
    assert names == expected
    assert message.get("intent")["name"] == expected[0]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("hola, cuánto debo", "cuanto debo"),
        ("Buenas tardes, quisiera saber mis puntos por favor", "quisiera saber mis puntos"),
        ("disculpe señorita cómo saco mi nss, gracias", "como saco mi nss"),
        ("hola buenas tardes", "hola buenas tardes"),
        ("muchas gracias", "muchas gracias"),
        ("hola nss", "hola nss"),
        ("este pues mire cómo saco o sea mi nss si me hace el favor", "como saco mi nss"),
        ("cuánto pago este mes", "cuanto pago este mes"),
        ("Este mes no me descontaron", "este mes no me descontaron"),
        ("me dijeron que es gratis, ¿es verdad?", "me dijeron que es gratis es verdad"),
        ("quiero pagar pues mi este adeudo", "quiero pagar mi adeudo"),
        ("oye", "oye"),
        ("gracias mi rey", "gracias"),
        ("hola amiga, ¿cómo saco mi NSS?", "como saco mi nss"),
        ("dónde pago bro porfa", "donde pago"),
        ("me lo dijo un amigo", "me lo dijo un amigo"),
        ("se la vendí a mi compadre", "se la vendi a mi compadre"),
        ("amigo", "amigo"),
    ],
)
def test_a_greeting_does_not_hide_what_is_asked(text: str, read: str) -> None:
    assert without_courtesy(fold(text)) == read


def test_many_texts_are_encoded_alike_in_several_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # It changes what a pipe can do, and is set on some machines only.
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    monkeypatch.setattr(encoding, "_WORTH_A_PROCESS", 1)
    texts = ["donde pago", "cuanto debo", "mi nss"]
    assert np.allclose(encoding.encode_many(texts), encode(texts), atol=1e-5)


def test_a_text_read_by_its_tokens_has_the_vector_the_encoder_gives() -> None:
    texts = ["cuanto debo", "y donde pago lo del mes", "a", "credito " * 80]
    assert encode(texts) == pytest.approx(shared_encoder().encode(texts), abs=1e-5)


def test_a_part_is_read_within_its_text_and_what_is_not_in_it_alone() -> None:
    text = "cuanto debo de mi credito y donde pago lo del mes"
    whole, part, other = encode_parts(text, ["donde pago lo del mes", "mi ahorro"])
    alone, foreign = encode(["donde pago lo del mes", "mi ahorro"])
    assert whole == pytest.approx(encode([text])[0], abs=1e-5)
    assert part @ alone > 0.75
    assert not np.array_equal(part, alone)
    assert other == pytest.approx(foreign, abs=1e-5)


def test_what_is_known_of_tokens_is_forgotten_when_it_is_too_much() -> None:
    network = TokenFeatures(shared_encoder()._model)
    before = network.features([1, 50, 60, 2])
    for first in range(100, 4_000, 500):
        network.features(range(first, first + 500))
    assert network.features([1, 50, 60, 2]) == pytest.approx(before, abs=1e-5)
