"""Write a demo person's payroll receipt, to try what is read of one."""

import uuid
from importlib.resources import files
from string import Template
from xml.sax.saxutils import escape

from stdnum.mx import rfc as rfc_rules

from accounts.demo.people import POPULATION, Profile, profile

_DAY = "2026-11-15T12:00:00"
_HOMOCLAVES = ("AB", "CD")


def find(nss: str) -> Profile | None:
    """Return the demo person with an NSS."""
    people = (profile(number) for number in range(1, POPULATION + 1))
    return next((one for one in people if one.nss == nss), None)


def receipt(person: Profile, *, right: bool = False) -> str:
    """Write a receipt whose RFC is the one on file, or differs in its homoclave."""
    text = files("accounts.demo").joinpath("receipt.xml").read_text(encoding="utf-8")
    rfc = person.rfc if right else _another(person.rfc)
    values = {
        "day": _DAY,
        "rfc": rfc,
        "curp": person.curp,
        "nss": person.nss,
        "name": person.full_name.upper(),
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_OID, rfc)).upper(),
    }
    return Template(text).substitute({key: escape(value) for key, value in values.items()})


def _another(rfc: str) -> str:
    stem = rfc[:10] + next(one for one in _HOMOCLAVES if one != rfc[10:12])
    return stem + rfc_rules.calc_check_digit(stem)
