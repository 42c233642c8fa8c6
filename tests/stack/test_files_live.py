"""Files through all four processes: the whole way to a folio, and every file that is no use."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "accounts"))
from file_samples import another_rfc, cer, cfdi, keys


@pytest.fixture(scope="module")
def person(stack) -> dict:
    # Somebody no other conversation asks for: an account gets five codes an hour.
    return [one for one in stack.people() if not one["showcase"] and one["contact"]][-1]


def line(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    return f"{{archivo:{path}}}"


def told(turn: dict) -> str:
    return "\n".join(reply["text"] for reply in turn["replies"])


@pytest.mark.stack
def test_from_the_topic_to_the_folio_and_nothing_stays(stack, person, tmp_path):
    wrong = another_rfc(person["rfc"])
    receipt = cfdi(wrong, person["curp"], person["nss"], name="ZZPERSONAZZ")
    guide, asked, _, found, filed = stack.talk(
        "mi rfc está mal",
        line(tmp_path, "recibo.xml", receipt.encode()),
        person["nss"],
        "{codigo}",
        "sí",
    )
    assert "adjúntalo aquí" in told(guide)
    assert "Ya leí tu archivo" in told(asked)
    assert f"terminado en {wrong[-3:]}" in told(found)
    assert f"terminado en {person['rfc'][-3:]}" in told(found)
    assert "Tu folio es COR-" in told(filed)
    assert "Infonavit lo revisa y decide" in told(filed)
    secrets = (wrong, person["rfc"], person["curp"], person["nss"], "ZZPERSONAZZ", "12345.67")
    for path in stack.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for secret in secrets:
                assert secret.encode() not in content, (path.name, secret)


@pytest.mark.stack
def test_each_wrong_file_has_its_sentence_and_the_guide_goes_on(stack, tmp_path):
    files = {
        "fiel.cer": (keys()["pkcs8_der_encrypted"], "Nunca compartas tu .key"),
        "foto.xml": (b"\xff\xd8\xff\xe0" + bytes(9000), "una foto"),
        "vacio.xml": (b"", "llegó vacío"),
        "dos.xml": (cfdi(payrolls=2).encode(), "dos nóminas"),
        "grande.xml": (b"<" + b" " * 6_000_000, "más de 5 MB"),
    }
    lines = [line(tmp_path, name, content) for name, (content, _) in files.items()]
    turns = stack.talk("mi rfc está mal", "mi e.firma", "siguiente", *lines, "siguiente")
    for turn, (_, expected) in zip(turns[3:], files.values(), strict=False):
        assert expected in told(turn)
    assert "Paso 3 de" in told(turns[-1])


@pytest.mark.stack
def test_an_expired_certificate_is_told(stack, tmp_path):
    [turn] = stack.talk(line(tmp_path, "e.cer", cer(days=10)))
    assert "ya venció" in told(turn)
