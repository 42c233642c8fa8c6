"""A contact changes by a fresh code to the old one and a code to the new one, and not otherwise."""

import pytest
from accounts_peers import PEOPLE, Service, wrong
from hypothesis import given
from hypothesis import strategies as st

from accounts import contact
from accounts.errors import (
    AccountsError,
    BadEmail,
    BadPhone,
    ContactCooling,
    LevelTooLow,
    UnknownToken,
)
from accounts.identity import person_field
from accounts.models import Person

WHO = {"conversation": "c_1", "identity": "web:1"}
PHONE, EMAIL = "5512345678", "Ana.Nueva@Example.com"


@pytest.fixture
async def signed(either: Service) -> Service:
    await either.verify((await either.client.demo_people(showcase=True)).people[0].nss)
    return either


async def begin(service: Service, kind: str, value: str, **more: str) -> contact.ContactStarted:
    [token] = await service.client.put_vault(WHO["conversation"], [(kind, value)])
    return await service.client.change_contact(**WHO, value=token, **more)


async def confirm(service: Service, code: str) -> contact.ContactConfirmed:
    [token] = await service.client.put_vault(WHO["conversation"], [("CODIGO", code)])
    return await service.client.confirm_contact(**WHO, code=token)


async def on_file(service: Service, field: str) -> str:
    async with service.runtime.database.read() as session:
        person = await session.get_one(Person, PEOPLE.current)
        value = getattr(person, field)
        return service.runtime.keys.decrypt(value, person_field(person.id, field)) if value else ""


async def test_the_new_contact_is_on_file_only_after_its_code(signed: Service) -> None:
    before = await on_file(signed, "phone")
    assert (await begin(signed, "TELEFONO", PHONE)).channel == "phone"
    assert await on_file(signed, "phone") == before
    code = await signed.client.demo_code(WHO["conversation"])
    done = await confirm(signed, code)
    assert (done.status, done.channel) == ("applied", "phone")
    assert await on_file(signed, "phone") == f"+52{PHONE}"
    [request] = (await signed.client.own_requests(**WHO, folio=done.folio)).items
    assert (request.kind, request.stage, request.open) == ("contacto", "aplicada", False)
    assert (await confirm(signed, code)).status == "expired"


async def test_an_email_is_kept_in_lower_case(signed: Service) -> None:
    await begin(signed, "CORREO", EMAIL)
    await confirm(signed, await signed.client.demo_code(WHO["conversation"]))
    assert await on_file(signed, "email") == EMAIL.lower()


async def test_five_wrong_codes_end_it(signed: Service) -> None:
    await begin(signed, "TELEFONO", PHONE)
    code = await signed.client.demo_code(WHO["conversation"])
    told = [await confirm(signed, wrong(code)) for _ in range(contact.MAX_TRIES)]
    assert [one.tries_left for one in told] == [4, 3, 2, 1, None]
    assert told[-1].status == "locked"
    assert (await confirm(signed, code)).status == "expired"
    assert (await on_file(signed, "phone")).endswith("0001")


async def test_the_code_to_the_new_contact_never_proves_identity(signed: Service) -> None:
    await begin(signed, "TELEFONO", PHONE)
    code = await signed.client.demo_code(WHO["conversation"])
    await signed.client.end_session(WHO["conversation"])
    assert (await signed.guess(code)).status in ("expired", "wrong")
    with pytest.raises(LevelTooLow):
        await confirm(signed, code)


async def test_a_stale_session_needs_a_fresh_code(service: Service) -> None:
    with pytest.raises(LevelTooLow):
        await begin(service, "TELEFONO", PHONE)
    await service.verify((await service.client.demo_people(showcase=True)).people[0].nss)
    service.clock.advance(minutes=6)
    with pytest.raises(LevelTooLow):
        await begin(service, "TELEFONO", PHONE)


async def test_it_cannot_change_again_within_a_day(service: Service) -> None:
    nss = (await service.client.demo_people(showcase=True)).people[0].nss
    await service.verify(nss)
    await begin(service, "TELEFONO", PHONE)
    await confirm(service, await service.client.demo_code(WHO["conversation"]))
    with pytest.raises(ContactCooling):
        await begin(service, "CORREO", EMAIL)


async def test_codes_to_other_peoples_telephones_are_few(service: Service) -> None:
    await service.verify((await service.client.demo_people(showcase=True)).people[0].nss)
    for number in range(contact.MAX_BEGUN):
        await begin(service, "TELEFONO", f"551234567{number}")
    with pytest.raises(ContactCooling):
        await begin(service, "TELEFONO", "5587654321")


async def test_only_a_telephone_or_an_email_of_the_conversation_will_do(service: Service) -> None:
    await service.verify((await service.client.demo_people(showcase=True)).people[0].nss)
    with pytest.raises(UnknownToken):
        await begin(service, "NUMERO", "123456789")
    with pytest.raises(UnknownToken):
        await service.client.change_contact(**WHO, value="⟦TELEFONO:99⟧")
    with pytest.raises(BadPhone):
        await begin(service, "TELEFONO", "0512345678")
    with pytest.raises(BadEmail):
        await begin(service, "CORREO", "ana..b@example.com")


@pytest.mark.parametrize(
    "text", ["5512345678", "55 1234 5678", "+52 55 1234 5678", "521 5512345678", "(55) 1234-5678"]
)
def test_a_telephone_is_read_as_people_write_it(text: str) -> None:
    assert contact.clean_phone(text) == "+525512345678"


@pytest.mark.parametrize(
    "text", ["", "551234567", "55123456789", "0512345678", "1111111111", "5555555555", "abc"]
)
def test_what_is_no_telephone_is_refused(text: str) -> None:
    with pytest.raises(BadPhone):
        contact.clean_phone(text)


@pytest.mark.parametrize("text", ["ana@gmail", "ana@", "@x.com", "a b@x.com", "a@x..com", "ana"])
def test_what_is_no_email_is_refused(text: str) -> None:
    with pytest.raises(BadEmail):
        contact.clean_email(text)


@given(st.text(max_size=40))
def test_reading_a_contact_never_crashes_and_is_stable(text: str) -> None:
    for clean in (contact.clean_phone, contact.clean_email):
        try:
            read = clean(text)
        except AccountsError:
            continue
        assert clean(read) == read
