"""The kb commands: what they print and how they end."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from typer.testing import CliRunner, Result

from chat_infonavit.kb_commands import app
from kb.library import TRAMITES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the trámites, verified today."""
    copy = Path(copytree(TRAMITES, tmp_path / "tramites"))
    for file in copy.glob("*.yml"):
        _change(file, "verified_on", date.today())
    return copy


def _change(file: Path, field: str, value: object) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    lines = [f"{field}: {value}" if line.startswith(f"{field}:") else line for line in lines]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_check_says_that_all_is_well(folder: Path) -> None:
    done = _run("check", "--folder", str(folder))
    assert done.exit_code == 0
    assert done.stdout == "95 trámites y el directorio, sin defectos.\n"


def test_check_fails_with_a_line_for_each_finding(folder: Path) -> None:
    _change(folder / "pago_spei.yml", "related", "[no_existe]")
    _change(folder / "quejas.yml", "cost", "Cuesta 10 pesos, te lo garantizamos.")
    done = _run("check", "--folder", str(folder))
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "pago_spei: related: no existe «no_existe» [related]",
        "quejas: cost: debe decir que el trámite es gratis [gratis]",
        "quejas: cost: «garantizamos» promete lo que no decidimos [promise]",
    ]
    assert "3 defectos en 95 trámites" in done.stderr


def test_check_takes_the_age(folder: Path) -> None:
    _change(folder / "quejas.yml", "verified_on", date.today() - timedelta(days=31))
    assert _run("check", "--folder", str(folder)).exit_code == 0
    done = _run("check", "--folder", str(folder), "--max-age", "30")
    assert done.exit_code == 1
    assert done.stdout.startswith("quejas: verified_on:")


def test_check_says_which_file_cannot_be_read(folder: Path) -> None:
    (folder / "quejas.yml").write_text("id: quejas\n", encoding="utf-8")
    done = _run("check", "--folder", str(folder))
    assert done.exit_code == 1
    assert "quejas.yml: title: falta este campo" in done.stderr
    assert "Traceback" not in done.output


def test_stale_lists_the_oldest_first_with_what_is_in_doubt(folder: Path) -> None:
    _change(folder / "quejas.yml", "verified_on", date.today() - timedelta(days=200))
    _change(folder / "infonatel.yml", "verified_on", date.today() - timedelta(days=300))
    done = _run("stale", "--folder", str(folder), "--days", "180")
    assert done.exit_code == 0
    first, *_ = lines = done.stdout.splitlines()
    assert first.startswith("infonatel: ")
    assert "hace 300 días" in first
    assert any(line.startswith("  en duda: El único horario") for line in lines)
    assert any(line.startswith("  fuente: ") for line in lines)
    assert lines[-1] == "2 por verificar."
    assert "Nada" in _run("stale", "--folder", str(folder), "--days", "365").stdout


def test_show_shows_the_channel_that_is_asked_for() -> None:
    done = _run("show", "nss_obtener", "--channel", "whatsapp")
    assert done.exit_code == 0
    assert "whatsapp" in done.stdout
    assert "telegram" not in done.stdout
    assert "Ayuda del paso 5" in done.stdout
    assert "Fuente y fecha" in done.stdout
    assert "telegram" in _run("show", "nss_obtener").stdout


def test_show_says_what_it_does_not_know() -> None:
    done = _run("show", "rfc")
    assert done.exit_code == 1
    assert "¿Será correccion_rfc?" in done.stderr
    assert _run("show", "infonatel", "--channel", "fax").exit_code == 2


def test_search_prints_the_nearest_with_their_scores() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "chat_infonavit", "kb", "search", "-n", "3", "mi rfc está mal"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    score, name, *_ = lines[0].split()
    assert name == "correccion_rfc"
    assert float(score) > 0


def test_search_without_a_model_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAT_MODELS", str(tmp_path))
    done = _run("search", "rfc")
    assert done.exit_code == 1
    assert "chat-infonavit train" in done.stderr


def test_diagram_draws_the_questions_and_the_steps() -> None:
    done = _run("diagram", "nss_obtener")
    assert done.exit_code == 0
    assert done.stdout.startswith("flowchart TD\n")
    assert 'd_start -- "Tengo dos o más" --> d_dos' in done.stdout
    assert _run("diagram", "nada").exit_code == 1
