"""The model is trained again exactly when something it depends on changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from test_importer import CONFIG, DOMAIN, NLU, RULES

from bot import brain, training
from bot.training import TrainingFailed, fingerprint, model_path, train
from kb.library import TRAMITES

ROOT = Path(__file__).resolve().parents[2]
MODULES = (
    "accounts/identifiers.py",
    "bot/encoding.py",
    "bot/examples.py",
    "bot/importer.py",
    "kb/decisions.py",
    "kb/library.py",
    "kb/meaning.py",
    "kb/model.py",
    "kb/reading.py",
    "kb/search.py",
    "kb/text.py",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Write a tiny project laid out as this one."""
    for folder in ("accounts", "bot/data", "bot/components", "kb/tramites"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("correccion_curp_nombre", "consultar_saldo_credito"):
        shutil.copy(TRAMITES / f"{name}.yml", tmp_path / "kb" / "tramites")
    for name in ("bot/components/folding.py", *MODULES):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "domain.yml").write_text(DOMAIN, encoding="utf-8")
    (tmp_path / "bot/data/rules.yml").write_text(RULES, encoding="utf-8")
    (tmp_path / "bot/data/nlu.yml").write_text(NLU, encoding="utf-8")
    config = CONFIG.replace("{tramites}", str(tmp_path / "kb/tramites"))
    (tmp_path / "config.yml").write_text(config, encoding="utf-8")
    (tmp_path / "uv.lock").write_text("1", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "changed",
    [
        "config.yml",
        "domain.yml",
        "uv.lock",
        "bot/components/folding.py",
        "bot/data/nlu.yml",
        "kb/tramites/correccion_curp_nombre.yml",
        *MODULES,
    ],
)
def test_a_change_asks_for_another_model(project: Path, changed: str) -> None:
    before = fingerprint(project)
    assert fingerprint(project) == before
    path = project / changed
    original = path.read_bytes()
    path.write_bytes(original + b"\n# changed\n")
    assert fingerprint(project) != before
    path.write_bytes(original)
    assert fingerprint(project) == before


@pytest.mark.parametrize(
    "added", ["bot/components/new.py", "bot/components/words.yml", "bot/data/x/new.yml"]
)
def test_a_file_that_comes_goes_or_is_renamed_asks_for_another_model(
    project: Path, added: str
) -> None:
    before = fingerprint(project)
    path = project / added
    path.parent.mkdir(exist_ok=True)
    path.write_text("x", encoding="utf-8")
    with_it = fingerprint(project)
    path.rename(path.with_stem("other"))
    assert len({before, with_it, fingerprint(project)}) == 3


@pytest.mark.parametrize("beside", ["README.md", "bot/turns.py", "bot/components/__pycache__/a.py"])
def test_what_the_model_does_not_depend_on_changes_nothing(project: Path, beside: str) -> None:
    before = fingerprint(project)
    path = project / beside
    path.parent.mkdir(exist_ok=True)
    path.write_text("x", encoding="utf-8")
    assert fingerprint(project) == before


def test_every_module_the_components_import_is_watched() -> None:
    """A helper outside the watched files would be missed."""
    code = (
        "import pkgutil, sys; from bot import compat; compat.install();"
        "import bot.components, bot.importer;"
        "[__import__(f'bot.components.{m.name}') for m in pkgutil.iter_modules("
        "bot.components.__path__)];"
        "print(*(m.__file__ for n, m in sys.modules.items()"
        " if n.split('.')[0] in ('accounts', 'bot', 'kb') and m.__file__))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    watched = set(training._inputs(ROOT))
    used = {Path(name) for name in done.stdout.split()}
    # Shims and errors say nothing about the data, and packages' own files are empty.
    unwatched = {path.relative_to(ROOT).as_posix() for path in used - watched}
    packages = {f"{name}/__init__.py" for name in ("accounts", "bot", "kb")}
    assert unwatched <= packages | {"bot/compat.py", "kb/errors.py"}


def test_training_reports_steps_that_only_grow_and_keeps_quiet(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setenv("LOG_LEVEL", "INFO")
    models = project / "models"
    steps: list[tuple[int, int, str]] = []
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        made = train(project, models, lambda *step: steps.append(step))
    assert made == model_path(project, models)
    assert made.exists()
    done = [step[0] for step in steps]
    totals = {step[1] for step in steps}
    assert done == sorted(done)
    assert done[0] == 0
    assert len(totals) == 1
    assert done[-1] == totals.pop() > 5
    assert any("classifier" in name for _, _, name in steps)
    shown = capsys.readouterr()
    assert "Processed" not in shown.err
    assert "trained and saved" not in shown.out
    assert not [w for w in warned if "has only 1 training" in str(w.message)]
    assert os.environ["LOG_LEVEL"] == "INFO"


def test_data_that_do_not_fit_together_make_no_model(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    contrary = RULES + "  - rule: otra\n    steps: [{intent: saludo}, {action: action_fallback}]\n"
    (project / "bot/data/rules.yml").write_text(contrary, encoding="utf-8")
    with pytest.raises(TrainingFailed, match="rasa data validate"):
        train(project, project / "models")
    assert not list((project / "models").glob("*.tar.gz"))


def test_old_models_are_forgotten_but_the_newest(tmp_path: Path) -> None:
    for age in range(6):
        path = tmp_path / f"chat-infonavit-{age}.tar.gz"
        path.touch()
        os.utime(path, (age, age))
    (tmp_path / "mine.tar.gz").touch()
    training._forget_old_models(tmp_path)
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == [*(f"chat-infonavit-{age}.tar.gz" for age in (3, 4, 5)), "mine.tar.gz"]


def test_the_model_of_the_present_data_is_served_though_another_is_newer(tmp_path: Path) -> None:
    present = model_path(ROOT, tmp_path)
    newer = tmp_path / "chat-infonavit-ffffffffffff.tar.gz"
    newer.touch()
    assert brain.newest_model(tmp_path) == newer
    present.touch()
    os.utime(present, (1, 1))
    assert brain.newest_model(tmp_path) == present
    with pytest.raises(brain.NoModel, match="chat-infonavit train"):
        brain.newest_model(tmp_path / "none")
