"""Privacy over the four real processes: nothing personal on disk, access, cancellation, purge."""

import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def command(stack, *words: str, nss: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "chat_infonavit", *words],
        input=f"{nss}\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=stack.environment,
        timeout=100,
    )


def figures(value: object) -> set[str]:
    """Every amount of a person, as it is written and as it is said; small ones are no secret."""
    if isinstance(value, dict):
        return set().union(*map(figures, value.values()))
    if isinstance(value, list):
        return set().union(*map(figures, value))
    if isinstance(value, str) and re.fullmatch(r"\d{4,}\.\d\d", value):
        return {value, f"{Decimal(value):,.2f}"}
    return set()


@pytest.fixture(scope="module")
def unused(stack) -> list[dict]:
    """People no other conversation asks for: an account gets five codes an hour."""
    people = [one for one in stack.people() if not one["showcase"] and one["contact"]]
    return [one for one in people if one["figures"]["credit"]][-8:]


@pytest.mark.stack
def test_nothing_personal_of_anybody_is_on_disk(stack, unused: list[dict]) -> None:
    person = unused[0]
    phone, mail = "55 4000 8765", "zzcorreozz@example.com"
    turns = stack.talk(
        "kuanto devo",
        person["nss"],
        "{codigo}",
        "mis movimientos",
        "mi ahorro",
        "mi próxima mensualidad",
        "mis puntos",
        f"mi curp es {person['curp']} y mi rfc {person['rfc']}",
        f"mi teléfono es {phone} y mi correo {mail}",
        "mi nss con otros números: "
        + person["nss"].translate({48 + n: 0x660 + n for n in range(10)}),
        f"mi nss es {' '.join(person['nss'])}",
        "salir",
        "cuánto debo",
        person["nss"],
        "999999",
    )
    said = str(turns)
    credit = person["figures"]["credit"]
    assert f"{Decimal(credit['total_owed']):,.2f}" in said
    people = stack.people()
    secrets = {phone, phone.replace(" ", ""), mail}
    for one in people:
        secrets |= {one["nss"], one["curp"], one["rfc"]}
        secrets |= {one["contact"].replace(" ", ""), one["contact"]} if one["contact"] else set()
    secrets |= {one for one in figures(person["figures"]) if one in said}
    codes = set(re.findall(rb"DEMO c\S*digo (\d{6})", stack.log()))
    assert codes
    # Aho-Corasick in C: thousands of values in hundreds of megabytes.
    values = stack.folder.parent / "values.txt"
    values.write_text("\n".join(sorted(secrets)))
    search = ["grep", "-r", "-a", "-l", "-F", "-f", str(values)]
    found = subprocess.run([*search, str(stack.folder)], capture_output=True, text=True, timeout=60)
    assert (found.returncode, found.stdout) == (1, ""), found.stdout
    for model in (ROOT / "models").glob("*.tar.gz"):
        with subprocess.Popen(["gzip", "-dc", str(model)], stdout=subprocess.PIPE) as unpacked:
            found = subprocess.run([*search, "-"], stdin=unpacked.stdout, timeout=60)
        assert found.returncode == 1, model.name
    # Six digits of a random id in hexadecimal, or after a second's point, are no code.
    bare = re.compile(rb"(?<![\da-f.])(?:" + b"|".join(sorted(codes)) + rb")(?![\da-f])")
    seen = set()
    for path in sorted(one for one in stack.folder.rglob("*") if one.is_file()):
        content = path.read_bytes()
        seen.add(path.suffix)
        if path.suffix == ".log":
            # In the demo the log is where codes are sent to; nowhere else in it.
            content = b"\n".join(line for line in content.splitlines() if b"DEMO c" not in line)
        assert bare.search(content) is None, path.name
    assert {".sqlite3", ".log"} <= seen


@pytest.mark.stack
def test_one_is_exported_and_erased_and_the_other_stays(stack, unused: list[dict]) -> None:
    gone, stays = unused[1], unused[2]
    for person in (gone, stays):
        turns = stack.talk("cuánto debo", person["nss"], "{codigo}", f"zzmarcazz {person['id']}")
        assert person["first_name"] in str(turns)
    exported = command(stack, "privacy", "export", nss=gone["nss"])
    assert exported.returncode == 0, exported.stderr
    given = json.loads(exported.stdout)
    assert given["account"]["people"][0]["curp"] == gone["curp"]
    assert f"zzmarcazz {gone['id']}" in exported.stdout
    assert stays["nss"] not in exported.stdout

    before = json.loads(command(stack, "privacy", "export", nss=stays["nss"]).stdout)
    erased = command(stack, "privacy", "erase", nss=gone["nss"])
    assert erased.returncode == 0, erased.stderr
    certificate = json.loads(erased.stdout)
    assert certificate["rows"]["accounts"]["people"] == 1
    assert certificate["rows"]["conversations"]["conversations"] == 1
    assert certificate["rows"]["tracker"]["events"] > 0
    assert certificate["rows"]["web"] == {"web_sessions": 1}
    for value in (gone["nss"], gone["curp"], gone["first_name"], gone["rfc"]):
        assert value not in erased.stdout

    marks = {one["id"]: f"zzmarcazz {one['id']}".encode() for one in (gone, stays)}
    holds = {number: [] for number in marks}
    for path in stack.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for number, mark in marks.items():
                if re.search(re.escape(mark) + rb"(?!\d)", content):
                    holds[number].append(path.name)
    assert holds[gone["id"]] == []
    assert holds[stays["id"]]
    assert command(stack, "privacy", "export", nss=gone["nss"]).returncode == 1
    after = json.loads(command(stack, "privacy", "export", nss=stays["nss"]).stdout)
    assert after["conversations"] == before["conversations"]
    before["account"].pop("audit_entries")
    after["account"].pop("audit_entries")
    assert after["account"] == before["account"]

    # Everything still works: who was erased is nobody, and the audit log is whole.
    [_, sent] = stack.talk("cuánto debo", gone["nss"])
    assert "Si ese número está registrado" in str(sent)
    verified = command(stack, "audit", "verify", "--anchor", certificate["audit"])
    assert verified.returncode == 0, verified.stderr
    assert "completa" in verified.stdout


@pytest.mark.stack
def test_purging_leaves_what_is_recent(stack, unused: list[dict]) -> None:
    person = unused[3]
    stack.talk("cuánto debo", person["nss"], "{codigo}")
    purged = command(stack, "privacy", "purge")
    assert purged.returncode == 0, purged.stderr
    assert json.loads(purged.stdout)["conversations"] == 0
    given = json.loads(command(stack, "privacy", "export", nss=person["nss"]).stdout)
    assert given["conversations"][0]["said"]
