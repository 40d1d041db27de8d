"""The composition root: settings → parts → one Flask app. The only place where the parts meet.

python app.py                        everything in one process
python app.py web|worker|scheduler   one part, for several processes on one database
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Protocol

from flask import Flask, redirect
from werkzeug.wrappers import Response

from bot import cores, logs, richmenu
from bot import server as http
from bot import settings as settings_module
from bot.cards.parts import breakable
from bot.case_page import case_page
from bot.chores import Chores
from bot.courtesy import Courtesy
from bot.gateway import gateway
from bot.guard import Doorman, guard, safe_headers
from bot.handbook_pictures import pictures
from bot.jobs import Jobs
from bot.line import Line
from bot.loading import Loading
from bot.map_page import map_page
from bot.media import Fetcher
from bot.meter import Meter
from bot.my_page import my_page
from bot.names import Names
from bot.open311 import geo_report
from bot.pages import pages
from bot.pump import Pump
from bot.sender import Sender
from bot.settings import SANDBOX_MEDIA, Settings, SettingsProblem
from bot.turn import Clock, Turns
from bot.webhook import webhook
from bot.words import words
from casework import places
from casework.thai_time import holiday_name
from nlp import understand
from storage import media, schema
from storage.engine import Store
from storage.inbox import GroupCommit, Waiting
from storage.lookups import Wanted as Lookup
from storage.media import Wanted

log = logging.getLogger("app")
OUTLINES = Path(__file__).parent / "casework" / "data" / "districts_outline.geojson"


ALERT, CALM = 0.05, 0.3
"""Seconds between two looks for work."""


class Part(Protocol):
    """Something that runs."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End, leaving nothing half done."""


@dataclass
class Service:
    """All that one process runs: started in this order, stopped in the reverse one."""

    settings: Settings
    store: Store
    web: Flask
    parts: dict[str, Part] = field(default_factory=dict)
    courtesy: Courtesy = field(default_factory=Courtesy)

    def start(self) -> None:
        """Start every part; what is slow to load is loaded beside it, before the first message needs it."""
        threading.Thread(target=_warm, args=[self.settings], name="warm", daemon=True).start()
        for part in self.parts.values():
            part.start()

    def stop(self) -> None:
        """Stop every part, the last first."""
        for part in reversed(self.parts.values()):
            part.stop()
        self.store.close()

    def alive(self) -> dict[str, bool]:
        """Which parts run, for those that can tell."""
        return {name: part.alive() for name, part in self.parts.items() if hasattr(part, "alive")}


def _warm(settings: Settings) -> None:
    places.warm()
    holiday_name(now().date())
    understand("1555")
    breakable(words("th").line("button.menu"))
    # All this stays: a collection that walks over it stops every thread for a tenth of a second.
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)
    if settings.sandbox:
        with suppress(Exception):  # only the look of the stand-in
            richmenu.deploy(Line(settings.api_host, settings.data_host, settings.access_token))


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def _nothing() -> None:
    """Nobody to wake in this process."""


def build(settings: Settings, role: str = "all", clock: Clock = now) -> Service:
    """The service for a role: `all`, `web`, `worker` or `scheduler`. The schema is brought up to date."""
    store = Store(settings.database_url)
    schema.upgrade(store)
    web = Flask("rongtook1555", static_folder=None)
    doorman = Doorman(settings.rules)
    guard(web, doorman, safe_headers(settings.public_url, sandbox=settings.sandbox))
    service = Service(settings, store, web)
    service.parts["meter"] = Meter(store)
    if role in {"all", "scheduler"}:
        service.parts["jobs"] = jobs = Jobs(
            *(store, settings.rules, clock, settings.shelf),
            seal=settings.seal,
            public_url=settings.public_url,
            box=settings.box,
            before=service.courtesy.give_way,
        )
    poke: dict[str, Callable[[], None]] = {"turns": _nothing, "sender": _nothing}
    if role in {"all", "worker"}:
        _worker(service, poke, role, clock)
    if role == "all":
        jobs.owed = poke["sender"]
    if role in {"all", "web"}:
        keep = GroupCommit(store)
        web.register_blueprint(
            webhook(settings.channel_secret, keep, clock, poke["turns"], service.courtesy, doorman, settings.box)
        )
        if settings.sandbox:
            _sandbox(service)
    web.register_blueprint(pages(store, clock, settings.shelf, settings.rules, service.alive))
    web.register_blueprint(case_page(store, settings.shelf, settings.public_url))
    web.register_blueprint(geo_report(store, settings.rules, clock, settings.public_url))
    web.register_blueprint(my_page(store, settings.rules, settings.box, clock))
    web.register_blueprint(map_page(store, settings.rules, clock, tiles=settings.tiles, public_url=settings.public_url))
    web.register_blueprint(pictures())
    web.register_blueprint(gateway(store, settings.rules, clock, line_id=settings.line_id, public_url=settings.public_url))
    return service


def pump_of(turns: Turns, store: Store, *, idle: float, before: Callable[[], None]) -> Pump[Waiting]:
    """What feeds the turns. PostgreSQL is a network away: more threads wait for it, and fewer events are claimed at once.

    There may be several workers on one machine as well: they take turns at its cores.
    """
    if store.sqlite:
        return Pump("turns", turns.due, turns.take, threads=2, batch=64, idle=idle, before=before)
    places = cores.of_machine()
    take = turns.take if places is None else places.within(turns.take)
    return Pump("turns", turns.due, take, threads=4, batch=32, idle=idle, before=before, give_back=turns.give_back)


def _worker(service: Service, poke: dict[str, Callable[[], None]], role: str, clock: Clock) -> None:
    settings, store, give_way = service.settings, service.store, service.courtesy.give_way
    line = Line(settings.api_host, settings.data_host, settings.access_token)
    # With the webhook in the same process work is announced; alone, a worker has to look for it.
    idle = ALERT if role == "worker" else CALM
    sender = Sender(store, line, clock, idle=idle, before=give_way)
    turns = Turns(
        store,
        settings.rules,
        settings.box,
        clock,
        seal=settings.seal,
        public_url=settings.public_url,
        geocodes=settings.nominatim is not None,
    )
    fetcher = Fetcher(store, line, settings.shelf, settings.rules, clock)
    with store.write() as session:
        media.recover(session, clock())
    turn_pump = pump_of(turns, store, idle=idle, before=give_way)
    if settings.nominatim is not None:
        from bot.geocoder import Geocoder  # brings HTTP clients that nobody else needs

        geocoder = Geocoder(store, settings.nominatim, clock)
        lookup_pump: Pump[Lookup] = Pump("lookups", geocoder.due, geocoder.take, threads=1, batch=4, idle=CALM)
        service.parts["lookups"] = lookup_pump
        geocoder.heard = turn_pump.poke
    media_pump: Pump[Wanted] = Pump(
        "media", fetcher.due, fetcher.take, threads=3, batch=6, idle=CALM, give_back=fetcher.give_back
    )

    turns.owed, turns.promised, fetcher.heard = sender.poke, media_pump.poke, turn_pump.poke
    poke["turns"], poke["sender"] = turn_pump.poke, sender.poke
    service.parts |= {
        "sender": sender,
        "media": media_pump,
        "turns": turn_pump,
        "loading": Loading(turns, line),
        "chores": Chores(store, line, settings.rules, clock),
        "names": Names(store, line, settings.rules, settings.box, clock),
    }


def _sandbox(service: Service) -> None:
    from sandbox.server import build as build_sandbox

    settings = service.settings
    stand_in = build_sandbox(
        channel_secret=settings.channel_secret,
        channel_access_token=settings.access_token,
        webhook_url=f"http://127.0.0.1:{settings.port}/callback",
        outlines=OUTLINES,
        media_base=SANDBOX_MEDIA,
    )
    service.web.register_blueprint(stand_in.blueprint, url_prefix="/sandbox")
    service.parts["sandbox"] = stand_in

    @service.web.get("/")
    def home() -> Response:
        return redirect("/sandbox")


def serve(service: Service, role: str) -> None:
    """Run until SIGTERM or Ctrl-C, then stop gracefully."""
    settings = service.settings
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    server = None
    if role in {"all", "web"}:
        try:
            server = http.create(
                service.web,
                host=settings.host,
                port=settings.port,
                largest=250_000_000 if settings.sandbox else 5_000_000,
                trusted_proxy=None if settings.sandbox else settings.trusted_proxy,
                request_seconds=settings.rules.number("limits", "request_seconds"),
                error_headers=safe_headers(settings.public_url, sandbox=settings.sandbox),
            )
        except OSError as problem:
            raise SettingsProblem(f"HOST, PORT: cannot listen on {settings.host}:{settings.port}: {problem}") from problem
        threading.Thread(target=server.run, name="web", daemon=True).start()
    service.start()
    where = f"http://{settings.host}:{settings.port}"
    print(f"ready: {role} on {where}" if server else f"ready: {role}", flush=True)
    if settings.sandbox and server:
        print(f"No LINE credentials are set: open the sandbox at {where}/sandbox", flush=True)
    while not ended.wait(1.0):
        pass
    log.info("stopping")
    if server is not None:
        server.task_dispatcher.shutdown()  # requests under way are answered
        server.close()
    service.stop()


def main(arguments: list[str] | None = None, clock: Clock = now) -> int:
    """Start; exit code 0 after a graceful stop, 1 where a setting is wrong. `clock`: for tests whose clock is wrong."""
    parser = argparse.ArgumentParser(description="@ร้องทุกข์1555")
    parser.add_argument("role", nargs="?", default="all", choices=["all", "web", "worker", "scheduler"])
    role = parser.parse_args(arguments).role
    # Shorter slices keep the webhook's answer quick while turns are computed in the same process.
    os.umask(0o077)  # reports are nobody else's business on this machine
    sys.setswitchinterval(0.0005)
    try:
        env = settings_module.environment()
        logs.begin(settings_module.log_format(env))
        settings = settings_module.load(env)
        serve(build(settings, role, clock), role)
    except SettingsProblem as problem:
        print(f"cannot start: {problem}", file=sys.stderr)
        return 1
    finally:
        logs.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
