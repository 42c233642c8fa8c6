"""Every state is found by the names people use, and what nobody confirmed is not asserted."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
import yaml

from kb.directory import FOLDER, Attention, Directory, Service, attention
from kb.errors import KbError, LibraryInvalid, UnknownPlace
from kb.hours import MEXICO_CITY
from kb.library import Library

DIRECTORY = Directory.load()

STATES = """Aguascalientes, Baja California, Baja California Sur, Campeche, Chiapas, Chihuahua,
Ciudad de México, Coahuila, Colima, Durango, Estado de México, Guanajuato, Guerrero, Hidalgo,
Jalisco, Michoacán, Morelos, Nayarit, Nuevo León, Oaxaca, Puebla, Querétaro, Quintana Roo,
San Luis Potosí, Sinaloa, Sonora, Tabasco, Tamaulipas, Tlaxcala, Veracruz, Yucatán, Zacatecas"""


def at(hour: int, minute: int = 0, day: int = 24) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=MEXICO_CITY)


def test_the_32_states_are_there() -> None:
    names = [name.strip() for name in STATES.replace("\n", " ").split(",")]
    assert [state.name for state in DIRECTORY.states] == names
    for name in names:
        assert DIRECTORY.place(name).state.name == name


@pytest.mark.parametrize(
    ("written", "state", "name"),
    [
        ("cdmx", "Ciudad de México", "Ciudad de México"),
        ("DF", "Ciudad de México", "Ciudad de México"),
        ("EDOMEX", "Estado de México", "Estado de México"),
        ("edo mex", "Estado de México", "Estado de México"),
        ("gdl", "Jalisco", "Guadalajara"),
        ("tijuas", "Baja California", "Tijuana"),
        ("Tijuana", "Baja California", "Tijuana"),
        ("nuevo leon", "Nuevo León", "Nuevo León"),
        ("mty", "Nuevo León", "Monterrey"),
        ("toluca", "Estado de México", "Toluca"),
        ("cancun", "Quintana Roo", "Cancún"),
        ("  cd   juarez ", "Chihuahua", "Ciudad Juárez"),
        ("slp", "San Luis Potosí", "San Luis Potosí"),
    ],
)
def test_places_by_their_common_names(written: str, state: str, name: str) -> None:
    place = DIRECTORY.place(written)
    assert (place.state.name, place.name) == (state, name)


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        ("tijuana", "America/Tijuana"),
        ("hermosillo", "America/Hermosillo"),
        ("cancún", "America/Cancun"),
        ("chihuahua", "America/Chihuahua"),
        ("ciudad juárez", "America/Ciudad_Juarez"),
        ("reynosa", "America/Matamoros"),
        ("tampico", "America/Monterrey"),
        ("nuevo vallarta", "America/Bahia_Banderas"),
        ("tepic", "America/Mazatlan"),
        ("toluca", "America/Mexico_City"),
    ],
)
def test_a_place_has_the_clock_on_its_wall(place: str, zone: str) -> None:
    assert DIRECTORY.place(place).zone.key == zone


def test_what_nobody_names_is_an_error_of_the_family() -> None:
    with pytest.raises(UnknownPlace, match="Macondo") as caught:
        DIRECTORY.place("Macondo")
    assert isinstance(caught.value, KbError)


def test_every_entry_has_its_source_and_date() -> None:
    offices = [office for state in DIRECTORY.states for office in state.offices]
    for entry in (*DIRECTORY.services, *offices, DIRECTORY.payments):
        assert any(source.url for source in entry.sources)
        assert entry.verified_on <= dt.date.today()


def test_services_and_payments_point_at_topics_that_exist() -> None:
    library = Library.load()
    named = [service.tramite for service in DIRECTORY.services]
    for tramite in (*named, DIRECTORY.payments.tramite, *DIRECTORY.payments.ways):
        assert tramite in library
    assert DIRECTORY.service_of("citas_cesi") is DIRECTORY.service("oficinas")
    assert DIRECTORY.service_of("correccion_rfc") is None


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(8, 29), Attention.CLOSED),
        (at(8, 30), Attention.OPEN),
        (at(13, 29), Attention.OPEN),
        (at(13, 30), Attention.DISPUTED),
        (at(14, 29), Attention.DISPUTED),
        (at(14, 30), Attention.CLOSED),
        (at(10, 0, day=16), Attention.CLOSED),
        (at(10, 0, day=28), Attention.CLOSED),
    ],
)
def test_where_the_sources_differ_it_is_disputed(moment: dt.datetime, expected: Attention) -> None:
    assert attention(DIRECTORY.service("oficinas"), moment) is expected


def test_without_a_schedule_nothing_is_asserted() -> None:
    chat = DIRECTORY.service("chat")
    assert chat.certainty == "unknown"
    assert attention(chat, at(10)) is Attention.UNKNOWN
    assert DIRECTORY.service("infonatel").certainty == "unconfirmed"


def test_offices_go_by_the_local_clock_and_the_telephone_by_the_capitals() -> None:
    zone = DIRECTORY.place("Tijuana").zone

    def there(name: str, moment: dt.datetime) -> Attention:
        service: Service = DIRECTORY.service(name).at(zone)
        return attention(service, moment)

    assert there("oficinas", at(10)) is Attention.CLOSED
    assert there("oficinas", at(16)) is Attention.DISPUTED
    assert there("infonatel", at(8)) is Attention.OPEN
    assert there("infonatel", at(21)) is Attention.CLOSED


def test_the_offices_a_source_names_are_found_by_city_and_by_state() -> None:
    named = [office.name for office in DIRECTORY.place("gdl").offices]
    assert named == ["CESI Vallarta", "CESI San Jorge"]
    assert [office.name for office in DIRECTORY.place("Jalisco").offices] == named
    assert DIRECTORY.place("Zapopan").offices == ()
    # No source gives an address or a telephone of an office, so none is told.
    assert all(o.address is o.phone is None for s in DIRECTORY.states for o in s.offices)


def _broken(folder: Path, file: str, change: object) -> str:
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    data = yaml.safe_load((folder / file).read_text(encoding="utf-8"))
    change(data)  # type: ignore[operator]
    (folder / file).write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(LibraryInvalid) as caught:
        Directory.load(folder)
    return str(caught.value)


def _set(*path: str | int, value: object):  # type: ignore[no-untyped-def]
    def change(data: object) -> None:
        *way, last = path
        for key in way:
            data = data[key]  # type: ignore[index]
        data[last] = value  # type: ignore[index]

    return change


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        (
            "estados.yml",
            _set("states", 3, "zone", value="America/Nowhere"),
            "estados.yml: states[4].zone: no hay una zona horaria «America/Nowhere»",
        ),
        (
            "estados.yml",
            _set("states", 3, "colour", value="blue"),
            "estados.yml: states[4].colour: este campo no existe; ¿está mal escrito?",
        ),
        (
            "estados.yml",
            _set("states", 0, "written", value=["jal"]),
            "estados.yml: written: «jal» es Aguascalientes y también Jalisco",
        ),
        (
            "estados.yml",
            _set("states", 14, "offices", 0, "city", value="Toluca"),
            "estados.yml: states[15].offices: «Toluca» no es una ciudad de Jalisco",
        ),
        (
            "servicios.yml",
            _set("services", 0, "schedules", 0, "weekly", "monday", value=["14:30-8:30"]),
            "servicios.yml: services[1].schedules[1].weekly.monday[1]: cierra antes de abrir",
        ),
        (
            "pagos.yml",
            _set("sources", value=[]),
            "pagos.yml: sources: hacen falta al menos 1",
        ),
    ],
)
def test_names_the_file_and_the_field(
    tmp_path: Path, file: str, change: object, message: str
) -> None:
    assert _broken(tmp_path, file, change) == message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LibraryInvalid) as caught:
        Directory.load(tmp_path)
    assert str(caught.value).splitlines() == [
        f"{name}.yml: -: falta este archivo"
        for name in ("estados", "servicios", "pagos", "palabras")
    ]
