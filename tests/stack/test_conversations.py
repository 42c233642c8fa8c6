"""Conversations written as YAML, played through the real gateway and the real Rasa server.

A file is a list of conversations: ``turns`` of ``say`` with what the answer must hold
(``has``), must not (``lacks``), choices it must offer (``offers``), and a field of a trámite
that it must tell (``tells: mejoravit.cost``). ``{nss}`` is the NSS of the demo person named by
``as``; a ``{figure}`` is one of the person's figures, in pesos.
"""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from kb.library import Library

PAID = {"paid": "paid", "paid_interest": "interest", "paid_principal": "principal"}
FOLDER = Path(__file__).resolve().parents[1] / "conversations"


def scripts() -> list:
    found = []
    for path in sorted(FOLDER.glob("*/*.yml")):
        for number, script in enumerate(yaml.safe_load(path.read_text()), 1):
            name = f"{path.parent.name}/{path.stem}/{script.get('name', number)}"
            found.append(pytest.param(script, id=name))
    return found


@pytest.fixture(scope="module")
def people(stack) -> list[dict]:
    return stack.people()


def values_of(person: dict) -> dict[str, str]:
    credit, figures = person["figures"]["credit"] or {}, person["figures"]
    pesos = {key: value for key, value in credit.items() if isinstance(value, str)}
    pesos["savings"] = figures["savings"]["balance"]
    pesos["payment"] = (figures["next_payment"] or {}).get("amount", "")
    breakdown = figures["breakdown"] or {"total": {}, "years": []}
    pesos |= {name: breakdown["total"].get(key, "") for name, key in PAID.items()}
    pesos |= {f"paid_{year['year']}": year["paid"] for year in breakdown["years"]}
    pesos["payoff"] = (figures["payoff"] or {}).get("total", "")
    shown = {key: money(value) for key, value in pesos.items() if is_money(value)}
    return {
        **shown,
        "nss": person["nss"],
        "first_name": person["first_name"],
        "points": str(figures["points"]["points"]),
    }


def told(tramite_and_field: str) -> list[str]:
    tramite_id, _, field = tramite_and_field.partition(".")
    value = getattr(Library.load().get(tramite_id), field)
    if field == "channels":
        return [channel.name for channel in value]
    return [value] if isinstance(value, str) else list(value)


def is_money(value: str) -> bool:
    return value.replace(".", "", 1).isdigit() and "." in value


def money(value: str) -> str:
    return f"${Decimal(value):,.2f}"


@pytest.mark.stack
@pytest.mark.parametrize("script", scripts())
def test_conversation(stack, people, script):
    person = next(p for p in people if script.get("as", "") in p["situation"])
    values = {
        **values_of(person),
        "codigo": "{codigo}",
        # Once in a million runs this is the right one.
        "codigo_equivocado": "000001",
        "largo": "a" * 10_000,
    }

    def filled(text: str) -> str:
        for key, value in values.items():
            text = text.replace("{" + key + "}", value)
        return text

    turns = stack.talk(*(filled(turn["say"]) for turn in script["turns"]))
    assert len(turns) == len(script["turns"])
    for expected, turn in zip(script["turns"], turns, strict=True):
        said = "\n".join(reply["text"] for reply in turn["replies"])
        offered = [choice["title"] for reply in turn["replies"] for choice in reply["choices"]]
        assert said, f"«{expected['say']}» was not answered"
        fields = told(expected["tells"]) if "tells" in expected else []
        for text in [*expected.get("has", ()), *fields]:
            assert filled(text) in said, f"«{expected['say']}» → {said}"
        for text in expected.get("lacks", ()):
            assert filled(text) not in said, f"«{expected['say']}» → {said}"
        for title in expected.get("offers", ()):
            assert title in offered, f"«{expected['say']}» offers {offered}"


@pytest.mark.stack
def test_every_showcase_person_hears_its_own_debt(stack, people):
    shown = [p for p in people if p["showcase"] and p["contact"] and p["figures"]["credit"]]
    assert len(shown) >= 5
    for person in shown:
        credit = person["figures"]["credit"]
        *_, answer = stack.talk("cuánto debo de mi crédito", person["nss"], "{codigo}")
        said = "\n".join(reply["text"] for reply in answer["replies"])
        if credit["status"] != "liquidado":
            assert money(credit["total_owed"]) in said, said


@pytest.mark.stack
def test_no_identifier_code_or_balance_stays_on_disk(stack, people):
    # Somebody no other conversation asks for: an account gets five codes an hour.
    unused = (one for one in people if not one["showcase"] and one["contact"])
    person = next(one for one in unused if one["figures"]["credit"])
    total = money(person["figures"]["credit"]["total_owed"])
    turns = stack.talk(
        f"mi nss es {person['nss']} cuánto debo", person["nss"], "{codigo}", person["curp"]
    )
    assert total in str(turns), turns
    secrets = [person["nss"], person["curp"], person["rfc"], total, total.strip("$")]
    for path in sorted(stack.folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            for secret in secrets:
                assert secret.encode() not in content, f"{path.name} holds {secret[:3]}…"


def test_every_tramite_has_a_conversation_with_two_follow_ups():
    written = {
        script["name"]: script
        for path in (FOLDER / "topics").glob("*.yml")
        for script in yaml.safe_load(path.read_text())
    }
    assert set(written) == set(Library.load().ids())
    for name, script in written.items():
        asked = [turn["tells"].split(".") for turn in script["turns"][1:]]
        assert len({field for _, field in asked}) >= 2, name
        assert {tramite for tramite, _ in asked} == {name}
