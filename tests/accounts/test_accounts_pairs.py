"""For all pairs of a session and an account: no read and no write, on every route there is.

The routes come from the service's own document, so a new one is covered as soon as it is served:
it either takes part or has to be named below as one that is about nobody.
"""

import itertools
import re
from typing import Any

import aiohttp
from accounts_peers import TOKEN, Service
from sqlalchemy import func, insert, select

from accounts import identity, models
from accounts.demo.people import profile

ABOUT_NOBODY = {
    ("get", "/health"),
    # These know a conversation only; what is put in one cannot be had from another.
    ("post", "/v1/vault"),
    ("post", "/v1/sealed"),
    ("post", "/v1/sealed/open"),
    # The places left in an office are nobody's.
    ("get", "/v1/slots"),
    ("delete", "/v1/session"),
    # Whoever asks proves who it is with these.
    ("post", "/v1/identity/start"),
    ("post", "/v1/identity/verify"),
    # The demo's fictitious people.
    ("get", "/v1/demo/people"),
    ("get", "/v1/demo/code"),
}
# Tells nobody's level and name, zero and null, instead of refusing.
TELLS_NOTHING = {("get", "/v1/session")}
# Ends what is not the caller's, and counts refused files.
MAY_CHANGE = {"verified_sessions", "audit_entries", "audit_head", "refused_files"}

PEOPLE = [profile(number) for number in (1, 2, 5)]
WORDS = (
    "guia_uno",
    "evidencia-1",
    "c_1",
    "⟦NSS:1⟧",
    "2026-12-01",
    "2026-12",
    "10:00",
    "cesi-x",
    "CIT-ABCD-2345",
    "x",
    "12345678",
)


def sample(schema: dict[str, Any], defined: dict[str, Any]) -> Any:
    """Make a value that a schema most likely allows."""
    if "$ref" in schema:
        return sample(defined[schema["$ref"].rpartition("/")[2]], defined)
    for key in ("const", "default"):
        if schema.get(key) is not None:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return sample(schema[key][0], defined)
    kind = schema.get("type")
    if kind == "object":
        return {name: sample(part, defined) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(schema.get("items", {}), defined)]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    fits = [word for word in WORDS if re.search(schema.get("pattern", ""), word)]
    return next((w for w in fits if len(w) >= schema.get("minLength", 0)), "x")


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    found = [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if (method, path) not in ABOUT_NOBODY
    ]
    assert len(found) > 10
    return found


class Caller:
    """Calls any operation as one conversation and one channel identity."""

    def __init__(self, http: aiohttp.ClientSession, document: dict[str, Any]) -> None:
        self.http, self.defined = http, document["components"]["schemas"]

    async def call(
        self,
        method: str,
        path: str,
        operation: dict[str, Any],
        conversation: str,
        who: str,
        forged: dict[str, str] | None = None,
    ) -> tuple[int, str]:
        mine = {"conversation": conversation, "identity": who}
        headers = {"X-Conversation": conversation, "X-Identity": who}
        query: dict[str, str] = dict(forged or {})
        for parameter in operation.get("parameters", ()):
            value = str(mine.get(parameter["name"], sample(parameter["schema"], self.defined)))
            if parameter["in"] == "path":
                path = path.replace("{" + parameter["name"] + "}", value)
            elif parameter["in"] == "query":
                query[parameter["name"]] = value
        path = re.sub(r"\{\w+\}", "x", path)
        content = operation.get("requestBody", {}).get("content", {})
        body: dict[str, Any] = {}
        if "application/json" in content:
            made = sample(content["application/json"]["schema"], self.defined)
            body = {"json": made | {key: mine[key] for key in mine if key in made}}
        elif content:
            body = {"data": b"<xml/>"}
        async with self.http.request(method, path, headers=headers, params=query, **body) as got:
            return got.status, await got.text()


async def counts(service: Service) -> dict[str, int]:
    async with service.runtime.database.read() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in models.Base.metadata.sorted_tables
            if table.name not in MAY_CHANGE
        }


async def open_sessions(service: Service) -> None:
    keys, now = service.runtime.keys, service.clock()
    async with service.runtime.database.write() as session:
        for person in PEOPLE:
            await identity.end(session, f"c_{person.id}", now)
            row = {
                "conversation": f"c_{person.id}",
                "identity_index": identity.identity_indexes(keys, f"web:{person.id}")[0],
                "person_id": person.id,
                "started_at": now,
                "idle_until": now + identity.IDLE,
                "expires_at": now + identity.ABSOLUTE,
            }
            await session.execute(insert(models.VerifiedSession).values(row))


async def test_no_session_reads_or_writes_the_account_of_another(either: Service) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(either.base_url, headers=headers) as http:
        async with http.get("/openapi.json") as response:
            document = await response.json()
        caller = Caller(http, document)
        answered = refused = 0
        for method, path, operation in operations(document):
            await open_sessions(either)
            own = {}
            for person in PEOPLE:
                where = (f"c_{person.id}", f"web:{person.id}")
                own[person.id] = await caller.call(method, path, operation, *where)
                answered += own[person.id][0] < 300
            before = await counts(either)
            for one, other in itertools.permutations(PEOPLE, 2):
                await open_sessions(either)
                where = (f"c_{one.id}", f"web:{other.id}")
                status, text = await caller.call(method, path, operation, *where)
                if (method, path) in TELLS_NOTHING:
                    assert '"level":0' in text, (method, path)
                    assert one.first_name not in text
                    continue
                assert 400 <= status < 500, (method, path, status)
                assert own[one.id][1] != text or own[one.id][0] >= 400, (method, path)
                refused += status == 403
            assert await counts(either) == before, (method, path)
        # The calls are good ones: with the right session most of them are answered.
        assert answered > 25
        assert refused > 60


async def test_naming_somebody_else_changes_nothing(either: Service) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(either.base_url, headers=headers) as http:
        async with http.get("/openapi.json") as response:
            document = await response.json()
        caller = Caller(http, document)
        await open_sessions(either)
        for method, path, operation in operations(document):
            if method != "get":
                continue
            for one, other in itertools.permutations(PEOPLE, 2):
                where = (f"c_{one.id}", f"web:{one.id}")
                right = await caller.call(method, path, operation, *where)
                forged = {"person_id": str(other.id), "id": str(other.id), "nss": other.nss}
                status, text = await caller.call(method, path, operation, *where, forged)
                assert status == 422 or (status, text) == right, (method, path)
                assert not any(
                    value in text for value in (other.nss, other.curp, other.rfc, other.full_name)
                )
