"""The web channel over the real core, with a scripted brain and a vault in memory."""

from __future__ import annotations

import asyncio
import base64
import itertools
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from connectors.settings import Settings
from connectors.web.api import CAPABILITIES, CHANNEL, create_app
from connectors.web.demo import DemoPerson
from conversations.errors import VaultUnavailable
from conversations.messages import Attachment, Reply
from conversations.ports import Answer, Documents, Files, Question, Secret
from conversations.service import Conversations
from conversations.settings import Settings as CoreSettings

KEY = base64.b64encode(bytes(range(32))).decode()
ASKED = ("¿Cuánto debo?", "Dónde pagar", "Mi ahorro", "Obtener mi NSS", "Corregir mi RFC", "Citas")

XSS = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg/onload=alert(1)>',
    "[clic](javascript:alert(1))",
    "**<b onmouseover=alert(1)>x</b>**",
    "- <iframe srcdoc='<script>alert(1)</script>'>",
    'https://www.gob.mx/"onmouseover="alert(1)',
    "[ayuda](https://evil.example/robo)",
)


def _choices(*titles: str) -> list[dict[str, str]]:
    return [{"title": title, "payload": f"/opcion{n}"} for n, title in enumerate(titles)]


STEPS = (
    "Entra a **Mi Cuenta** y elige «Mis datos».",
    "Elige «Corrección de RFC» y escribe tu RFC con homoclave.",
    "Adjunta el XML de un recibo de nómina timbrado en los últimos 30 días.",
    "Revisa tus datos y oprime «Enviar solicitud».",
    "Guarda tu número de caso: con él das seguimiento.",
)


def step(number: int) -> dict[str, Any]:
    """Make one step of a guide."""
    return {
        "text": "",
        "step": {
            "tramite": "correccion_rfc",
            "title": "Corregir tu RFC",
            "number": number,
            "total": len(STEPS),
            "action": STEPS[number - 1],
            "help": "Si no aparece la opción, cierra la sesión, espera **10 minutos** y entra de "
            "nuevo.\n- Usa una computadora, no el teléfono.\n- O llama al 800 008 3900.",
        },
        "choices": _choices("Anterior", "Repetir", "Siguiente", "Salir de la guía"),
    }


CARD = {
    "text": "Debes **$318,402.15** al 24 de noviembre de 2026.",
    "card": {
        "title": "Tu crédito",
        "rows": [
            {"label": "Saldo", "value": "$318,402.15"},
            {"label": "Mensualidad", "value": "$3,184.20"},
            {"label": "Próximo pago", "value": "30 de noviembre de 2026"},
            {"label": "Situación", "value": "Al corriente"},
        ],
        "note": "El saldo puede cambiar cuando se registre tu siguiente descuento.",
    },
    "choices": _choices("Mis movimientos", "Dónde pagar", "Otra pregunta"),
}

SCRIPT: Mapping[str, list[dict[str, Any]]] = {
    "/inicio": [
        {
            "text": "Hola, soy el asistente virtual. Te ayudo con tu crédito, tu ahorro y tus "
            "trámites. **Todo es gratis.**"
        },
        {
            "text": "¿Qué necesitas? Escríbelo con tus palabras o elige:",
            "choices": _choices(*ASKED),
        },
    ],
    "saldo": [
        {
            "text": "Para decirte tu saldo necesito saber quién eres.",
            "secure_input": {
                "kind": "nss",
                "label": "Número de Seguridad Social (11 dígitos)",
                "hint": "Está en tu hoja rosa o en tu recibo de nómina.",
                "expires_in": None,
            },
        }
    ],
    "codigo": [
        {
            "text": "Si ese número está registrado, te mandé un código al celular que tenemos.",
            "secure_input": {
                "kind": "code",
                "label": "Código de 6 dígitos",
                "hint": None,
                "expires_in": 600,
            },
            "choices": _choices("Mandar otro código"),
        }
    ],
    "tarjeta": [CARD],
    "pasos": [step(2)],
    "lista": [
        {
            "text": "Puedes pagar así:\n- **Descuento de nómina:** lo hace tu patrón.\n- **Banco o "
            "tienda:** con tu número de crédito.\n- **En línea:** en Mi Cuenta.\n\nSi tienes dudas "
            "llama al 800 008 3900.",
            "links": [
                {"title": "Mi Cuenta Infonavit", "url": "https://micuenta.infonavit.org.mx"},
                {"title": "Dónde pagar", "url": "https://portalmx.infonavit.org.mx/pagos"},
            ],
            "choices": _choices("¿Cuánto cuesta?", "¿Qué necesito?", "¿Cuánto tarda?", "Fuente"),
        }
    ],
    "documento": [
        {
            "text": "Aquí está tu constancia.",
            "document": {
                "title": "Constancia de intereses 2025",
                "url": "/documentos/constancia",
                "mime": "application/pdf",
                "size": 48_213,
            },
        }
    ],
    "xss": [{"text": text} for text in XSS]
    + [
        {
            "text": "fin",
            "choices": _choices("<img src=x onerror=a()>"),
            "card": {
                "title": "<img src=x>",
                "rows": [{"label": "<b>a</b>", "value": "<script>alert(2)</script>"}],
                "note": "<svg onload=alert(3)>",
            },
        }
    ],
}


class ScriptedBrain:
    """Answers by the first word of the text; `gate` holds every turn while it is cleared."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def ask(self, question: Question, limit: float) -> Answer:
        self.questions.append(question)
        await self.gate.wait()
        return Answer(tuple(map(Reply.model_validate, self._replies(question))), ("x",), False)

    def _replies(self, question: Question) -> list[dict[str, Any]]:
        payload = question.payload or ""
        if payload.startswith("/dar_nss"):
            return SCRIPT["codigo"]
        if payload.startswith("/dar_codigo"):
            return [CARD]
        word = (question.text or "").split(" ")[0].lower()
        key = payload or word
        if key == "uno":
            return [{"text": f"Respuesta a {question.text}"}]
        return SCRIPT.get(key) or [{"text": f"Recibí: {question.text or payload}"}]

    async def close(self) -> None:
        self.gate.set()


class MemoryVault:
    """Hands out tokens and keeps nothing sealed."""

    def __init__(self) -> None:
        self._next = itertools.count(1)

    async def store(self, conversation: str, items: Sequence[Secret]) -> list[str]:
        return [f"⟦{item.kind}:{next(self._next)}⟧" for item in items]

    async def open(self, conversation: str, tokens: Sequence[str]) -> Mapping[str, Any]:
        return dict.fromkeys(tokens)

    async def end(self, conversation: str) -> None:
        return None

    async def close(self) -> None:
        return None


class MemoryFiles:
    """Takes files as the account service does; `gate` holds them, `away` drops them."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, str, int]] = []
        self.kept: dict[str, str] = {}
        self.away = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(
        self, conversation: str, identity: str, content: AsyncIterable[bytes], key: str
    ) -> Attachment:
        data = b"".join([piece async for piece in content])
        await self.gate.wait()
        if self.away:
            raise VaultUnavailable("away")
        self.taken.append((conversation, identity, key, len(data)))
        if b"PRIVATE KEY" in data:
            return Attachment(reason="private_key")
        return Attachment(evidence=self.kept.setdefault(key, f"evidence{len(self.kept)}"))

    async def close(self) -> None:
        self.gate.set()


class FakeDemo:
    """Nine fictitious people and one code."""

    async def people(self) -> list[DemoPerson]:
        situations = (
            "Debe 318,402.15 en pesos, al corriente",
            "Tiene dos mensualidades atrasadas",
            "Crédito en veces salario mínimo (VSM)",
            "Sin crédito, con ahorro y puntos suficientes",
            "Sin crédito, le faltan puntos",
            "Ya terminó de pagar",
            "Con prórroga vigente",
            "Trabaja por su cuenta",
            "Con un pago sin reflejar",
        )
        names = ("Zoraida Quux", "Kiran Xolotzin", "Jano Wupper", "Yola Wexler", "Tirso Kuaz")
        people = zip(itertools.cycle(names), situations, strict=False)
        return [
            DemoPerson(name, situation, f"0015980{n:03d}0")
            for n, (name, situation) in enumerate(people, 1)
        ]

    async def code(self, conversation: str) -> str | None:
        return "482913"


@dataclass
class Gateway:
    """A running web channel; `restart` listens again on the same port."""

    folder: Path
    core: Conversations
    brain: ScriptedBrain
    files: MemoryFiles
    settings: Settings
    demo: FakeDemo | None
    port: int = 0
    runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def up(self) -> None:
        app = create_app(self.core, self.settings, demo=self.demo)
        self.runner = web.AppRunner(app, shutdown_timeout=2, access_log=None)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self.runner.addresses[0][1]

    async def down(self) -> None:
        if self.runner is not None:
            await self.runner.cleanup()
            self.runner = None


@asynccontextmanager
async def gateway(
    folder: Path,
    *,
    demo: FakeDemo | None = None,
    files: Files | None = None,
    documents: Documents | None = None,
    consent: bool = False,
    **options: Any,
) -> AsyncIterator[Gateway]:
    """Run the web channel on a free port."""
    brain, memory = ScriptedBrain(), MemoryFiles()
    core = Conversations(
        CoreSettings(
            database_url=f"sqlite+aiosqlite:///{folder}/core.sqlite3", key=KEY, consent=consent
        ),
        capabilities={CHANNEL: CAPABILITIES},
        vault=MemoryVault(),
        brain=brain,
        files=files or memory,
        documents=documents,
    )
    await core.start()
    settings = Settings(database_url=f"sqlite+aiosqlite:///{folder}/web.sqlite3", **options)
    running = Gateway(folder, core, brain, memory, settings, demo)
    try:
        await running.up()
        yield running
    finally:
        brain.gate.set()
        memory.gate.set()
        await running.down()
        await core.stop()
