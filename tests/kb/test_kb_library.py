"""The library loads every file, and names file and field when it cannot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.errors import KbError, LibraryInvalid, UnknownTramite
from kb.library import TRAMITES, Library

Data = dict[str, Any]
Write = Callable[..., Path]

ACCOUNT = {
    "consultar_saldo_credito": "deuda",
    "proxima_mensualidad": "mensualidad",
    "estado_de_cuenta": "movimientos",
    "numero_credito": "numero_credito",
    "datos_del_credito": "datos_credito",
    "subcuenta_saldo": "ahorro",
    "subcuenta_movimientos": "ahorro_movimientos",
    "precalificacion_puntos": "puntos",
}


def test_loads_every_file_of_the_project() -> None:
    library = Library.load()
    assert set(library.ids()) == {file.stem for file in TRAMITES.glob("*.yml")}
    assert len(library) == len(library.tramites) >= 41


def test_the_default_is_read_once() -> None:
    assert Library.load() is Library.load()


def test_the_personal_topics_say_which_answer_they_have() -> None:
    library = Library.load()
    assert {t.id: t.account for t in library if t.account is not None} == ACCOUNT


def test_gets_goes_through_and_contains(tmp_path: Path, data: Data, write: Write) -> None:
    write(data)
    write(data | {"id": "abrir_copia"})
    library = Library.load(tmp_path)
    assert library.ids() == ("abrir_copia", "pedir_copia")
    assert [tramite.id for tramite in library] == list(library.ids())
    assert library.get("pedir_copia").title == "Pedir una copia"
    assert "pedir_copia" in library
    assert "otra" not in library


def test_an_unknown_id_is_an_error_of_the_family() -> None:
    with pytest.raises(UnknownTramite, match="no_existe") as caught:
        Library.load().get("no_existe")
    assert isinstance(caught.value, KbError)


def _lines(folder: Path) -> list[str]:
    with pytest.raises(LibraryInvalid) as caught:
        Library.load(folder)
    return str(caught.value).splitlines()


def test_names_every_file_and_field_at_once(tmp_path: Path, data: Data, write: Write) -> None:
    del data["steps"][1]["help"]
    write(data)
    write(data | {"id": "abrir_copia", "cosst": "nada", "steps": data["steps"][:1] * 3})
    write(data | {"id": "cerrar_copia", "steps": data["steps"][:1], "who": ""})
    assert _lines(tmp_path) == [
        "abrir_copia.yml: cosst: este campo no existe; ¿está mal escrito?",
        "cerrar_copia.yml: who: está vacío",
        "cerrar_copia.yml: steps: hacen falta al menos 3",
        "pedir_copia.yml: steps[2].help: falta este campo",
    ]


def test_the_file_is_named_after_the_id(tmp_path: Path, data: Data, write: Write) -> None:
    write(data, name="otro")
    assert _lines(tmp_path) == ["otro.yml: id: dice «pedir_copia», pero el archivo se llama «otro»"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"id: [", "mal.yml: línea 2: el YAML está mal escrito"),
        (b"id: uno\nid: dos\n", "mal.yml: línea 2: la clave «id» está dos veces"),
        (b"- una lista\n", "mal.yml: -: debe tener campos y valores"),
        (b"", "mal.yml: -: debe tener campos y valores"),
        (b"id: \xff\n", "mal.yml: -: no es texto UTF-8"),
        (b"id: !!python/object/apply:os.getcwd []\n", "mal.yml: línea 1: el YAML está mal escrito"),
        (b"id: \x00\n", "mal.yml: -: el YAML está mal escrito"),
    ],
)
def test_says_what_is_wrong_with_a_broken_file(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "mal.yml").write_bytes(content)
    lines = _lines(tmp_path)
    assert lines[0].startswith(message)
    assert len(lines) == 1


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    assert _lines(tmp_path) == [f"{tmp_path}: -: aquí no hay ningún archivo .yml"]


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda d: d.update(guided="quizá"), "guided: debe ser true o false"),
        (lambda d: d.update(verified_on="ayer"),
         "verified_on: debe ser una fecha, como 2026-11-24"),
        (lambda d: d.update(confidence="mucha"),
         "confidence: debe ser uno de estos: 'alta', 'media' o 'baja'"),
        (lambda d: d.update(summary=3), "summary: debe ser un texto"),
        (lambda d: d.update(synonyms="uno"), "synonyms: debe ser una lista"),
        (lambda d: d["steps"].__setitem__(1, "Elige"), "steps[2]: debe tener campos y valores"),
        (lambda d: d.update(decisions=[1]), "decisions: debe tener campos y valores"),
        (lambda d: d.update(title="  "), "title: está vacío"),
        (lambda d: d["channels"][0].update(phone="8"),
         "channels[1].phone: no está escrito como debe: ^\\d[\\d ]+\\d$"),
    ],
)  # fmt: skip
def test_says_in_spanish_what_a_field_should_be(
    tmp_path: Path, data: Data, write: Write, spoil: Callable[[Data], Any], line: str
) -> None:
    data["channels"][0]["phone"] = "800 008 3900"
    spoil(data)
    write(data)
    assert _lines(tmp_path) == [f"pedir_copia.yml: {line}"]
