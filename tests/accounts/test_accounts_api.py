"""The border over HTTP: the token, problem documents, idempotency, the document, PostgreSQL."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from accounts_peers import PEOPLE, TOKEN, Service, serving, settings_for
from accounts_postgres import new_database

from accounts.client import AccountsClient
from accounts.errors import KeyReused, NoCredit, NotVerified, Unavailable

CONVERSATION, IDENTITY = "c_1", "web:1"
ME = {"X-Conversation": CONVERSATION, "X-Identity": IDENTITY}


@pytest.fixture
async def http(service: Service) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(service.base_url, headers=headers) as session:
        yield session


async def nss_of(service: Service, number: int) -> str:
    people = await service.client.demo_people(showcase=True)
    return people.people[number - 1].nss


@pytest.mark.parametrize("header", [None, "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
async def test_without_the_token_every_endpoint_but_health_refuses(
    service: Service, header: str | None
) -> None:
    headers = {"Authorization": header} if header else {}
    async with aiohttp.ClientSession(service.base_url, headers=headers) as session:
        async with session.get("/openapi.json", headers={"Authorization": f"Bearer {TOKEN}"}) as r:
            paths = (await r.json())["paths"]
        for path, operations in paths.items():
            for method in operations:
                async with session.request(method, path) as response:
                    expected = 200 if path == "/health" else 401
                    assert response.status == expected, (method, path)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind"),
    [
        ("POST", "/v1/vault", b"{", 400, "malformed"),
        ("POST", "/v1/vault", b"\xff\xfe", 400, "malformed"),
        ("POST", "/v1/vault", b"[]", 422, "invalid"),
        ("POST", "/v1/vault", b'{"conversation":"c","items":[]}', 422, "invalid"),
        ("POST", "/v1/sealed", b'"' + b"x" * 5_000_000 + b'"', 413, "too-large"),
        ("POST", "/v1/identity/verify", b"null", 422, "invalid"),
        ("GET", "/v1/nothing", None, 404, "not-found"),
        ("PUT", "/v1/vault", b"{}", 405, "method-not-allowed"),
        ("GET", "/v1/session", None, 422, "invalid"),
        ("GET", "/v1/me/credit", None, 403, "not-verified"),
    ],
)
async def test_what_is_wrong_is_a_problem_document(
    http: aiohttp.ClientSession, method: str, path: str, body: bytes | None, status: int, kind: str
) -> None:
    headers = {"Content-Type": "application/json"} if body is not None else {}
    async with http.request(method, path, data=body, headers=headers) as response:
        problem = await response.json()
        assert (response.status, problem["type"], problem["status"]) == (status, kind, status)
        assert response.content_type == "application/problem+json"
        assert problem["detail"][0].isupper()
        assert "Traceback" not in str(problem)


async def test_every_figure_is_the_one_of_the_demo_list(service: Service) -> None:
    for person in (await service.client.demo_people(showcase=True)).people:
        if person.contact is None:
            continue
        who = {"conversation": f"c_{person.id}", "identity": f"web:{person.id}"}
        await service.verify(person.nss, *who.values())
        right = person.figures
        assert await service.client.savings(**who) == right.savings
        assert await service.client.points(**who) == right.points
        if right.credit is None:
            with pytest.raises(NoCredit):
                await service.client.credit(**who)
            continue
        assert await service.client.credit(**who) == right.credit
        assert await service.client.movements(**who) == right.movements
        if right.next_payment:
            assert await service.client.next_payment(**who) == right.next_payment


async def test_a_repeated_write_is_answered_again_and_done_once(service: Service) -> None:
    nss = await nss_of(service, PEOPLE.current)
    [token] = await service.client.put_vault(CONVERSATION, [("NSS", nss)])
    for _ in range(3):
        await service.client.start_identity(CONVERSATION, IDENTITY, token, idempotency_key="k1")
    first = await service.client.demo_code(CONVERSATION)
    assert (await service.guess(first)).status == "verified"


async def test_a_key_used_for_another_request_is_refused(service: Service) -> None:
    await service.client.seal(CONVERSATION, {"text": "uno"}, idempotency_key="k2")
    with pytest.raises(KeyReused):
        await service.client.seal(CONVERSATION, {"text": "dos"}, idempotency_key="k2")


async def test_a_service_that_is_away_is_unavailable() -> None:
    async with AccountsClient("http://127.0.0.1:9", TOKEN, timeout=2) as client:
        with pytest.raises(Unavailable):
            await client.session(CONVERSATION, IDENTITY)


async def test_the_document_names_every_route_and_resolves(http: aiohttp.ClientSession) -> None:
    async with http.get("/openapi.json") as response:
        document = await response.json()
    assert document["openapi"].startswith("3.1")
    assert {"/v1/vault", "/v1/identity/start", "/v1/me/credit", "/health"} <= set(document["paths"])
    defined = set(document["components"]["schemas"])

    def references(node: object) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"].rpartition("/")[2]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*map(references, node.values()))
        return set().union(*map(references, node)) if isinstance(node, list) else set()

    assert references(document) <= defined


async def test_the_same_on_postgresql(postgres: str) -> None:
    async with serving(settings_for(new_database(postgres))) as service:
        person = (await service.client.demo_people(showcase=True)).people[PEOPLE.vsm - 1]
        who = {"conversation": CONVERSATION, "identity": IDENTITY}
        assert (await service.verify(person.nss)).first_name == person.first_name
        assert await service.client.credit(**who) == person.figures.credit
        sealed = await service.client.seal(CONVERSATION, {"text": "secreto"})
        opened = await service.client.open_sealed(CONVERSATION, [sealed])
        assert opened == {sealed: {"text": "secreto"}}
        await service.client.end_session(CONVERSATION)
        with pytest.raises(NotVerified):
            await service.client.credit(**who)
        assert (await service.client.open_sealed(CONVERSATION, [sealed]))[sealed] is None
