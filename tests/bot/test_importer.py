"""Trámites become intents, rules and examples; what does not fit stops with a sentence."""

from __future__ import annotations

import shutil
from copy import deepcopy
from pathlib import Path

import pytest

from bot import compat

compat.install()

from rasa.model_training import train as rasa_train  # noqa: E402
from rasa.shared.importers.importer import TrainingDataImporter  # noqa: E402

from bot.examples import example  # noqa: E402
from bot.importer import TrainingDataProblem, TramiteImporter  # noqa: E402
from kb.library import TRAMITES, Library  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]

DOMAIN = """
version: "3.1"
intents: [saludo, inicio]
actions: [action_charla, action_tramite, action_cuenta, action_fallback]
"""
RULES = """
version: "3.1"
rules:
  - rule: saludo
    steps: [{intent: saludo}, {action: action_charla}]
  - rule: inicio
    steps: [{intent: inicio}, {action: action_charla}]
  - rule: duda
    steps: [{intent: nlu_fallback}, {action: action_fallback}]
"""
NLU = """
version: "3.1"
nlu:
  - intent: saludo
    examples: |
      - hola
      - buenas tardes
      - qué tal
  - intent: correccion_curp_nombre
    examples: |
      - mi nombre está mal
      - quiero corregir mi nombre
      - falta una letra en mi nombre
  - intent: consultar_saldo_credito
    examples: |
      - cuánto debo
      - saldo de mi crédito
      - mi deuda
"""
CONFIG = """
recipe: default.v1
language: es
assistant_id: tiny
importers:
  - name: bot.importer.TramiteImporter
    payload_only: [inicio]
    tramites: {tramites}
pipeline:
  - name: bot.components.normalizer.SpanishNormalizer
  - name: bot.components.entities.SpanishEntityExtractor
  - name: bot.components.encoder.SentenceEncoder
  - name: bot.components.classifier.HybridIntentClassifier
  - name: bot.components.fallback.CalibratedFallback
policies:
  - name: MemoizationPolicy
  - name: RulePolicy
    core_fallback_action_name: action_fallback
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Write a project with two trámites."""
    (tmp_path / "tramites").mkdir()
    for name in ("correccion_curp_nombre", "consultar_saldo_credito"):
        shutil.copy(TRAMITES / f"{name}.yml", tmp_path / "tramites")
    (tmp_path / "data").mkdir()
    (tmp_path / "domain.yml").write_text(DOMAIN, encoding="utf-8")
    (tmp_path / "data" / "rules.yml").write_text(RULES, encoding="utf-8")
    (tmp_path / "data" / "nlu.yml").write_text(NLU, encoding="utf-8")
    config = CONFIG.replace("{tramites}", str(tmp_path / "tramites"))
    (tmp_path / "config.yml").write_text(config, encoding="utf-8")
    return tmp_path


def importer_of(project: Path) -> TrainingDataImporter:
    """Load a project as Rasa does."""
    return TrainingDataImporter.load_from_config(
        str(project / "config.yml"), str(project / "domain.yml"), [str(project / "data")]
    )


def test_every_tramite_is_an_intent_with_its_rule(project: Path) -> None:
    importer = importer_of(project)
    assert {"correccion_curp_nombre", "consultar_saldo_credito"} <= set(
        importer.get_domain().intents
    )
    answers = {}
    for step in importer.get_stories().story_steps:
        intent = next(e.intent_name for e in step.events if getattr(e, "intent_name", None))
        actions = [getattr(e, "action_name", None) for e in step.events]
        answers[intent] = next(name for name in actions if name and name != "...")
    assert answers["correccion_curp_nombre"] == "action_tramite"
    assert answers["consultar_saldo_credito"] == "action_cuenta"


def test_titles_and_synonyms_are_examples_too(project: Path) -> None:
    examples = importer_of(project).get_nlu_data().intent_examples
    texts = {example.get("text") for example in examples}
    assert {"corrección de curp", "Corregir tu nombre o tu CURP", "/inicio"} <= texts
    assert len([t for t in texts if t.lower() == "mi nombre está mal"]) == 1


def test_a_tramite_without_examples_is_named(project: Path) -> None:
    shutil.copy(TRAMITES / "nss_que_es.yml", project / "tramites")
    with pytest.raises(TrainingDataProblem, match=r"«nss_que_es».*has no examples"):
        importer_of(project).get_nlu_data()


def test_examples_of_nothing_are_named(project: Path) -> None:
    extra = NLU.replace("intent: saludo", "intent: pedir_pizza")
    (project / "data" / "nlu.yml").write_text(extra, encoding="utf-8")
    with pytest.raises(TrainingDataProblem, match="«pedir_pizza», which is neither"):
        importer_of(project).get_nlu_data()


async def test_a_tiny_project_trains_and_understands(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    monkeypatch.chdir(project)
    result = rasa_train(
        domain=str(project / "domain.yml"),
        config=str(project / "config.yml"),
        training_files=[str(project / "data")],
        output=str(project / "models"),
        force_training=True,
    )
    agent = Agent.load(str(result.model))
    parsed = await agent.processor.parse_message(UserMessage("mi nss es ⟦NSS:1⟧"))
    assert parsed["intent"]["name"] == "dar_nss"
    assert parsed["entities"][0]["value"] == "⟦NSS:1⟧"
    parsed = await agent.processor.parse_message(UserMessage("KIERO CORREGIR MI NOMBRE"))
    assert parsed["intent_ranking"][0]["name"] in ("correccion_curp_nombre", "nlu_fallback")
    for odd in ("", "🙃", "a" * 10_000, "\u200b", "<b>"):
        parsed = await agent.processor.parse_message(UserMessage(odd or "?"))
        assert parsed["intent"]["name"]


def test_the_project_itself_fits_together() -> None:
    importer = TramiteImporter(
        str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "bot" / "data")]
    )
    intents = set(importer.get_nlu_data().intents)
    assert set(Library.load().ids()) <= intents


def test_an_example_and_its_copy_are_one_and_another_intent_is_another() -> None:
    written = example("dónde pago", "donde_como_pagar")
    assert len({written, deepcopy(written)}) == 1
    assert len({written, example("dónde pago", "pago_spei")}) == 2
