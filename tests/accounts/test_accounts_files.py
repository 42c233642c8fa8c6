"""What is read of a file, and that everything else is refused with its own reason."""

import contextlib
import datetime as dt
import tracemalloc
from pathlib import Path

import pytest
from file_samples import (
    ANA,
    NOW,
    OTHER,
    SERIAL,
    UUID,
    authority,
    cer,
    cfdi,
    keys,
    pem,
    pfx,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from accounts.demo.people import profile
from accounts.demo.receipt import find, receipt
from accounts.errors import FileRefused
from accounts.files import Certificate, Issuers, PayrollReceipt, read
from accounts.files.cfdi import MAX_DEPTH


def refusal(data: bytes, issuers: Issuers | None = None) -> str:
    with pytest.raises(FileRefused) as caught:
        read(bytearray(data), NOW, issuers)
    return caught.value.reason


def test_a_receipt_gives_who_it_is_about_and_nothing_else() -> None:
    facts = read(bytearray(cfdi().encode()), NOW)
    assert facts == PayrollReceipt(
        ANA.rfc, ANA.curp, ANA.nss, "EFI010101AA1", UUID, dt.date(2026, 11, 15)
    )
    assert ANA.rfc not in repr(facts)


def test_a_receipt_with_a_mark_comments_and_an_addenda_is_read() -> None:
    addenda = "<c:Addenda><x><y Rfc='OTRO'/></x></c:Addenda><!-- nota --><?pi x?>"
    text = "\ufeff" + cfdi(inside=addenda, name="JOSÉ MUÑOZ & HIJOS")
    assert read(bytearray(text.encode()), NOW).rfc == ANA.rfc


@pytest.mark.parametrize(("curp", "nss"), [(None, None), ("XXXX", "123"), ("", "")])
def test_numbers_that_are_no_numbers_are_missing(curp: str | None, nss: str | None) -> None:
    facts = read(bytearray(cfdi(curp=curp, nss=nss).encode()), NOW)
    assert (facts.rfc, facts.curp, facts.nss) == (ANA.rfc, None, None)


DTD = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
BOMB = (
    '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {n} "{("&" + p + ";") * 10}">'
        for p, n in zip("abcdefgh", "bcdefghi", strict=False)
    )
    + "]>"
)
XML = '<?xml version="1.0" encoding="{}"?>'
SMUGGLED = cfdi(prolog=XML.format("UTF-16") + DTD, name="&e;").replace("&amp;", "&")
UTF7 = XML.format("UTF-7") + "+ADwAIQ-DOCTYPE x [ +ADwAIQ-ENTITY e 'a'+AD4 ]+AD4-" + cfdi(prolog="")


BAD_XML = {
    "xxe": (cfdi(prolog=XML.format("UTF-8") + DTD).encode(), "forbidden_dtd"),
    "external_dtd": (cfdi(prolog='<!DOCTYPE x SYSTEM "http://x.mx/d">').encode(), "forbidden_dtd"),
    "bomb": (cfdi(prolog=BOMB, name="&i;").encode(), "forbidden_dtd"),
    "utf16": (SMUGGLED.encode("utf-16"), "forbidden_dtd"),
    "utf16_be": (SMUGGLED.encode("utf-16-be"), "forbidden_dtd"),
    "utf16_le": (SMUGGLED.encode("utf-16-le"), "forbidden_dtd"),
    "utf32": (SMUGGLED.encode("utf-32"), "forbidden_dtd"),
    "utf7": (UTF7.encode(), "forbidden_dtd"),
    "utf7_all": (("+ADw?xml" + UTF7[5:]).encode(), "forbidden_dtd"),
    "utf16_honest": (cfdi(prolog="").encode("utf-16"), "wrong_encoding"),
    "declares_utf7": (cfdi(prolog=XML.format("UTF-7")).encode(), "wrong_encoding"),
    "declares_ebcdic": (cfdi(prolog=XML.format("cp037")).encode(), "wrong_encoding"),
    "latin": (cfdi(name="MUÑOZ").encode("latin-1"), "wrong_encoding"),
    "deep": (b"<a>" * 5000 + b"</a>" * 5000, "not_cfdi"),
    "deep_inside": (
        cfdi(inside=f"<a>{'<a>' * MAX_DEPTH}{'</a>' * MAX_DEPTH}</a>").encode(),
        "too_deep",
    ),
    "wide": (cfdi(inside="<a/>" * 30_000).encode(), "too_deep"),
    "big": (cfdi(inside=f"<a x='{'b' * 1_100_000}'/>").encode(), "too_big"),
    "transport": (b"<" + b" " * 6_000_000, "too_big"),
    "cut": (cfdi().encode()[:-20], "not_xml"),
    "unbound": (cfdi().replace(' xmlns:n="http', ' xmlns:m="http').encode(), "not_payroll"),
    "html": (b"<html><body>hola</body></html>", "not_cfdi"),
    "two": (cfdi(payrolls=2).encode(), "two_payrolls"),
    "two_receivers": (cfdi(inside='<c:Receptor Rfc="X"/>').encode(), "not_cfdi"),
    "invoice": (cfdi(kind="I").encode(), "not_payroll"),
    "no_payroll": (cfdi(payrolls=0).encode(), "not_payroll"),
    "cfdi33": (
        cfdi(version="3.3", namespace="http://www.sat.gob.mx/cfd/3").encode(),
        "wrong_version",
    ),
    "cfdi41": (cfdi(version="4.1").encode(), "wrong_version"),
    "payroll11": (cfdi(payroll="1.1").encode(), "wrong_version"),
    "payroll_old": (
        cfdi(payroll_namespace="http://www.sat.gob.mx/nomina").encode(),
        "wrong_version",
    ),
    "unstamped": (cfdi(stamped=False).encode(), "not_stamped"),
    "no_rfc": (cfdi(rfc="").encode(), "missing_rfc"),
    "public_rfc": (cfdi(rfc="XAXX010101000").encode(), "missing_rfc"),
    "company_rfc": (cfdi(rfc="EFI010101AA1").encode(), "missing_rfc"),
}


@pytest.mark.parametrize("name", BAD_XML)
def test_what_is_no_payroll_receipt_is_refused(name: str) -> None:
    data, reason = BAD_XML[name]
    assert refusal(data) == reason


def test_a_bomb_costs_no_memory() -> None:
    data = bytearray(BAD_XML["bomb"][0])
    tracemalloc.start()
    with pytest.raises(FileRefused):
        read(data, NOW)
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


def test_another_parser_agrees_on_the_rfc() -> None:
    from xml.etree import ElementTree

    root = ElementTree.fromstring(cfdi())
    found = root.find("{http://www.sat.gob.mx/cfd/4}Receptor")
    assert found is not None and found.get("Rfc") == read(bytearray(cfdi().encode()), NOW).rfc


@pytest.mark.parametrize("form", keys())
def test_a_private_key_is_refused_in_every_form_and_wiped(form: str) -> None:
    data = bytearray(keys()[form])
    with pytest.raises(FileRefused) as caught:
        read(data, NOW)
    assert caught.value.reason == "private_key"
    assert not any(data)


OTHERS = {
    "empty": (b"", "empty"),
    "blank": (b" \r\n\x00\x00", "empty"),
    "pfx": (pfx(), "key_store"),
    "jks": (b"\xfe\xed\xfe\xed\x00\x00\x00\x02", "key_store"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(2000), "image"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(50), "image"),
    "heic": (b"\x00\x00\x00\x18ftypheic" + bytes(50), "image"),
    "webp": (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image"),
    "pdf": (b"%PDF-1.7\n" + cfdi().encode(), "pdf"),
    "zip": (b"PK\x03\x04" + cfdi().encode(), "archive"),
    "word": (b"\xd0\xcf\x11\xe0\xa1\xb1", "document"),
    "password": ("mi contraseña es Perro123".encode(), "password"),
    "ciec": (b"0 CIEC: abcdefgh", "password"),
    "text": (b"hola, mi rfc esta mal", "not_supported"),
    "pem_certificate": (pem(authority()), "not_certificate"),
    "junk_der": (b"\x30\x82\x01\x00" + b"\xff" * 256, "not_certificate"),
    "trailing": (cer() + b"\x00", "not_certificate"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_files_are_refused_by_what_they_are(name: str) -> None:
    data, reason = OTHERS[name]
    assert refusal(data) == reason


def test_a_certificate_gives_its_holder() -> None:
    facts = read(bytearray(cer()), NOW)
    assert isinstance(facts, Certificate)
    assert (facts.rfc, facts.curp, facts.serial) == (ANA.rfc, ANA.curp, SERIAL)
    assert (facts.use, facts.issuer_verified) == ("efirma", False)
    assert facts.valid_from < NOW < facts.valid_until
    assert ANA.rfc not in repr(facts)
    assert read(bytearray(cer(efirma=False)), NOW).use == "csd"
    assert read(bytearray(cer(efirma=None)), NOW).use == "unknown"
    assert read(bytearray(cer(curp=None)), NOW).curp is None


BAD_CER = {
    "expired": (cer(start=NOW - dt.timedelta(days=100), days=50), "expired"),
    "future": (cer(start=NOW + dt.timedelta(days=1)), "not_yet_valid"),
    "company": (cer(f"EFI010101AA1 / {ANA.rfc}", f" / {ANA.curp}"), "company"),
    "company_alone": (cer("EFI010101AA1"), "company"),
    "no_rfc": (cer(None), "missing_rfc"),
    "wrong_rfc": (cer("HOLA"), "missing_rfc"),
    "home_serial": (cer(serial=12345), "not_sat"),
    "cut": (cer()[:-1], "not_certificate"),
}


@pytest.mark.parametrize("name", BAD_CER)
def test_a_certificate_that_does_not_serve_is_refused(name: str) -> None:
    data, reason = BAD_CER[name]
    assert refusal(data) == reason


def test_with_pinned_issuers_a_home_made_certificate_is_refused(tmp_path: Path) -> None:
    bundle = tmp_path / "sat.pem"
    bundle.write_bytes(pem(authority(3)) + pem(authority(1)))
    issuers = Issuers.load(bundle)
    assert read(bytearray(cer(signed_by=1)), NOW, issuers).issuer_verified
    # Same names, another key: what anybody can make at home.
    assert refusal(cer(signed_by=2), issuers) == "unknown_issuer"
    assert refusal(cer(), Issuers([authority(1, ca=False)])) == "unknown_issuer"
    tampered = bytearray(cer())
    tampered[tampered.index(ANA.rfc.encode())] ^= 1
    assert refusal(bytes(tampered), issuers) == "unknown_issuer"


def test_a_bundle_that_holds_no_certificate_is_an_error(tmp_path: Path) -> None:
    for content in (b"", b"-----BEGIN nada", b"\x30\x03abc"):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(ValueError, match=r"."):
            Issuers.load(tmp_path / "x")


starts = st.sampled_from(
    [
        b"",
        b"<",
        b"<?xml ",
        b"0\x82",
        b"0\x80",
        b"\xff\xfe",
        b"+ADw",
        cer()[:40],
        cer(),
        UTF7.encode(),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=400), starts)
@example(b"", b"0" * 400)
@example(b"\x30\x00" * 100_000, b"")
def test_random_bytes_are_read_or_refused(tail: bytes, start: bytes) -> None:
    data = bytearray(start + tail)
    with contextlib.suppress(FileRefused):
        read(data, NOW)
    assert not any(data)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(draw: st.DataObject) -> None:
    whole = bytearray(draw.draw(st.sampled_from([cfdi().encode(), cer()])))
    for _ in range(draw.draw(st.integers(1, 6))):
        whole[draw.draw(st.integers(0, len(whole) - 1))] = draw.draw(st.integers(0, 255))
    try:
        facts = read(whole, NOW)
    except FileRefused:
        return
    assert len(facts.rfc) == 13


text = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30)


@settings(max_examples=150, deadline=None)
@given(text, text, text)
def test_any_attribute_is_read_or_refused(rfc: str, curp: str, nss: str) -> None:
    document = cfdi(rfc, curp, nss)
    try:
        etree.fromstring(document.encode())
    except etree.XMLSyntaxError:
        return
    try:
        facts = read(bytearray(document.encode()), NOW)
    except FileRefused as refused:
        assert refused.reason in ("missing_rfc", "forbidden_dtd")
    else:
        assert facts.nss is None or len(facts.nss) == 11


@pytest.mark.parametrize("number", range(1, 241, 7))
def test_the_demo_receipt_is_one(number: int) -> None:
    person = profile(number)
    assert find(person.nss) == person
    facts = read(bytearray(receipt(person).encode()), NOW)
    assert (facts.curp, facts.nss) == (person.curp, person.nss)
    assert facts.rfc != person.rfc and facts.rfc[:10] == person.rfc[:10]
    assert read(bytearray(receipt(person, right=True).encode()), NOW).rfc == person.rfc


def test_two_people_are_two_people() -> None:
    facts = read(bytearray(cfdi(OTHER.rfc, OTHER.curp, OTHER.nss).encode()), NOW)
    assert (facts.rfc, facts.nss) == (OTHER.rfc, OTHER.nss)
