"""Hold what a running service shares: database, keys, sender, clock and background work."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import structlog

from accounts.db import Database
from accounts.demo import demo_people_in, seed
from accounts.housekeeping import purge
from accounts.identity import Outgoing
from accounts.schemas import DemoPeople
from accounts.sender import CodeSender
from accounts.settings import Settings

log = structlog.get_logger(__name__)

MEXICO_CITY = ZoneInfo("America/Mexico_City")
HOUSEKEEPING_SECONDS = 60.0

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present, aware."""
    return datetime.now(UTC)


class Runtime:
    """Start and stop the parts in order."""

    def __init__(self, settings: Settings, clock: Clock, sender: CodeSender | None) -> None:
        """Prepare the parts; nothing is opened yet."""
        self.settings = settings
        self.clock = clock
        self.keys = settings.keyring()
        self.issuers = settings.issuers()
        self.trail = settings.trail()
        self.database = Database(settings.database_url, self.trail)
        self.sender = sender or settings.sender()
        self.policy = settings.policy()
        self._sending: set[asyncio.Task[None]] = set()
        self._demo: dict[tuple[date, bool], DemoPeople] = {}

    def today(self) -> date:
        """Return the date in Mexico City."""
        return self.clock().astimezone(MEXICO_CITY).date()

    async def start(self) -> None:
        """Migrate the database and, in the demo, fill it."""
        await self.database.migrate()
        await self.refresh()

    async def stop(self) -> None:
        """Let codes on their way leave, then close everything."""
        await self.sent()
        await self.sender.close()
        await self.database.close()

    async def refresh(self) -> None:
        """Drop what has expired and bring the demo to today."""
        async with self.database.write() as session:
            purged = await purge(session, self.clock())
        if purged:
            log.info("purged", rows=purged)
        if self.settings.demo and await seed(self.database, self.keys, self.today()):
            log.info("demo_seeded", as_of=str(self.today()))

    async def keep_house(self) -> None:
        """Refresh for as long as the service runs; a failure waits for the next round."""
        while True:
            await asyncio.sleep(HOUSEKEEPING_SECONDS)
            try:
                await self.refresh()
            except Exception as error:
                log.warning("housekeeping_failed", error=type(error).__name__)

    def send(self, outgoing: Outgoing) -> None:
        """Send a code in the background, so that the answer takes the same for everybody."""
        task = asyncio.create_task(self._send(outgoing))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, outgoing: Outgoing) -> None:
        try:
            await self.sender.send(outgoing.conversation, outgoing.contact, outgoing.code)
        except Exception as error:
            log.warning("code_not_sent", error=type(error).__name__)

    async def sent(self) -> None:
        """Wait until no code is on its way."""
        await asyncio.gather(*self._sending)

    async def demo_people(self, showcase: bool) -> DemoPeople:
        """Tell the demo people as of today; computed once a day."""
        key = (self.today(), showcase)
        if key not in self._demo:
            people = await demo_people_in(self.database, self.keys, key[0], showcase=showcase)
            self._demo = {kept: value for kept, value in self._demo.items() if kept[0] == key[0]}
            self._demo[key] = DemoPeople(as_of=key[0], people=people)
        return self._demo[key]
