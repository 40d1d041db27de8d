"""The service on a clock of its own, the people who write to it, and pictures of their telephones and terminals.

People write through the chat page's own JSON API; only the pictures need the browser. Everything happens in this
process, on a day that is always the same, so that a picture changes only when what it shows has changed.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib import request

import time_machine
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

import app
from admin_cli import cli
from bot import server as http
from bot import settings as settings_module
from bot.settings import KNOWN
from docs.pictures.make_pictures import SAME_DRAWINGS, keep
from docs.th.scenes import terminal
from storage.engine import Store
from storage.models import Fact
from storage.schema import upgrade
from tests.support.service import free_port
from tests.support.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MORNING = datetime(2026, 12, 2, 2, 10, tzinfo=UTC)
"""Wednesday, 2 ธ.ค. 2569, 9.10 in Bangkok."""
NUMBERS_KEY = "1555" * 8
"""The secret behind case numbers: the same cases have the same numbers in every run."""
WIDE, TALLEST, WIDEST = 380, 1500, 1180
COLUMNS = 108
RULES = "[jobs]\nsweep_seconds = 0.5\n"
LOG_HEIGHT = "root => root.querySelector('[data-testid=message-log]').clientHeight"
TOP = "row => row.getBoundingClientRect().top - row.parentElement.getBoundingClientRect().top"
END = """log => { const rows = log.querySelectorAll('[data-testid=message], [data-testid=notice]');
    return rows[rows.length - 1].getBoundingClientRect().bottom - log.getBoundingClientRect().top; }"""
TO_THE_TOP = """row => { const log = row.parentElement;
    log.scrollTop += row.getBoundingClientRect().top - log.getBoundingClientRect().top - 6; }"""
FOLD = """root => { const bar = root.querySelector('[data-testid=richmenu-toggle]');
    if (bar && bar.getAttribute('aria-expanded') === 'true') bar.click(); }"""
QUIET = "[data-testid=speaker], .speaker, .date { display: none !important }"
"""What LINE does not have (who speaks is chosen on the chat page), and the day, which would stand in every picture."""
DRAWN = "() => [...document.images].every(i => i.complete || !i.checkVisibility() || i.getBoundingClientRect().bottom < 0)"
Json = dict[str, Any]


class Chat:
    """Somebody in a chat: their own with the account, or a group's."""

    def __init__(self, stage: Stage, chat: str, person: str, name: str) -> None:
        self.stage, self.chat, self.person, self.name = stage, chat, person, name
        self._seen = 0

    def say(self, words: str, quoting: str | None = None) -> None:
        """Write; `quoting`: a piece of the message that is quoted."""
        quote = self._find(quoting)["id"] if quoting else None
        self._act("text", {"text": words, "quote": quote})

    def pin(self, lat: float, lng: float) -> None:
        """Send a place."""
        self._act("location", {"latitude": lat, "longitude": lng})

    def photo(self, kind: str) -> None:
        """Send a sample photo of the chat page."""
        self._mark()
        self.stage.upload(self.chat, self.person, self.stage.sample(kind))

    def press(self, label: str, **params: str) -> None:
        """Press the newest button of this label."""
        self._act("press", {"label": label, "params": params or None})

    def hears(self, piece: str) -> None:
        """Wait for an answer with this piece of text in it."""
        until(lambda: self._has(piece), seconds=30, why=f"{piece!r} in {[_words(m) for m in self._messages()][-3:]}")

    def latest(self, piece: str) -> str:
        """What the newest message with this piece says."""
        return _words(self._find(piece))

    def _has(self, piece: str) -> bool:
        return any(piece in _words(m) for m in self._messages() if m["seq"] > self._seen and m["sender"] == "bot")

    def _find(self, piece: str) -> Json:
        newest = self._messages()[::-1]
        typed = (m for m in newest if m["message"].get("text") == piece)
        return next(typed, None) or next(m for m in newest if piece in _words(m))

    def _messages(self) -> list[Json]:
        found: list[Json] = self.stage.call("GET", f"chats/{self.chat}/messages")["messages"]
        return found

    def _mark(self) -> None:
        self._seen = max((m["seq"] for m in self._messages()), default=0)

    def _act(self, path: str, body: Json) -> None:
        self._mark()
        self.stage.call("POST", f"chats/{self.chat}/{path}", {"person": self.person, **body})


def _words(message: Json) -> str:
    return json.dumps(message["message"], ensure_ascii=False).replace("\u200b", "")


class Stage:
    """One run of the service for one page of the handbook."""

    def __init__(self, browser: Browser, clock: time_machine.Traveller, out: Path) -> None:
        self._browser, self._clock, self._out = browser, clock, out
        self.port = free_port()
        self._base = f"http://127.0.0.1:{self.port}/sandbox"
        self._shown: list[tuple[str, str]] = []
        self._samples: dict[str, bytes] = {}
        self.taken: list[str] = []

    @contextmanager
    def running(self) -> Iterator[Stage]:
        """The service, in an empty folder."""
        here, before = Path.cwd(), dict(os.environ)
        with TemporaryDirectory(prefix="handbook-") as folder:
            os.chdir(folder)
            for known in KNOWN:
                os.environ.pop(known.name, None)
            os.environ |= {"PORT": str(self.port), "RULES_FILE": "rules.toml", "COLUMNS": str(COLUMNS), "NO_COLOR": "1"}
            Path("rules.toml").write_text(RULES, "utf-8")
            try:
                yield from self._served()
            finally:
                os.chdir(here)
                os.environ.clear()
                os.environ.update(before)

    def _served(self) -> Iterator[Stage]:
        settings = settings_module.load(settings_module.environment())
        store = Store(settings.database_url)
        upgrade(store)
        with store.write() as session:
            session.merge(Fact(name="case_number_key", value=NUMBERS_KEY, at=MORNING))
        store.close()
        # Every thread writes where the command line's words are caught: only what goes wrong, and not there.
        logging.basicConfig(level=logging.ERROR, stream=sys.__stderr__)
        service = app.build(settings)
        server = http.create(
            service.web,
            host="127.0.0.1",
            port=self.port,
            largest=50_000_000,
            trusted_proxy=None,
            request_seconds=30,
            error_headers={},
        )
        threading.Thread(target=server.run, daemon=True).start()
        service.start()
        try:
            until(lambda: self.call("GET", "people"), why="the sandbox")
            yield self
        finally:
            server.task_dispatcher.shutdown()
            server.close()
            service.stop()

    def later(self, **span: float) -> None:
        """Time goes by: `minutes=5`, `hours=4`."""
        self._clock.shift(timedelta(**span))

    def rest(self) -> None:
        """Nobody does anything for a moment; what is under way (a photo, a sweep) is done."""
        time.sleep(2)

    # People

    def person(self, name: str, *, friend: bool = True) -> Chat:
        """A citizen with the account in their telephone (`friend`), or somebody who is only in groups."""
        person = self.call("POST", "people", {"name": name, "follow": friend})["id"]
        made = Chat(self, person, person, name)
        if friend:
            made.hears("สวัสดี")
        return made

    def group(self, name: str, *members: str) -> list[Chat]:
        """A LINE group with the account in it; its members, in their order."""
        people = [self.person(member, friend=False) for member in members]
        chat = self.call("POST", "groups", {"name": name, "members": [p.person for p in people], "bot": True})["id"]
        made = [Chat(self, chat, p.person, p.name) for p in people]
        made[0].hears("มาแล้วค่ะ")
        return made

    def bound(self, name: str, agency: str, *members: str, kind: str | None = None) -> list[Chat]:
        """A group that is bound to an agency."""
        made = self.group(name, *members)
        more = ("--kind", kind) if kind else ()
        code = json.loads(self.run("groups", "code", "--agency", agency, *more, "--json", "--by", "malee"))["code"]
        made[0].say(code)
        made[0].hears("ผูกกลุ่ม")
        return made

    # What they have: photos, the API, commands

    def sample(self, kind: str) -> bytes:
        """A photo as the chat page draws it."""
        if kind not in self._samples:
            page = self._page()
            page.evaluate("async () => { window.drawn = (await import('/sandbox/static/js/samples.js')).samplePhoto; }")
            coded = page.evaluate("kind => drawn(kind).canvas.toDataURL('image/jpeg', .86)", kind)
            self._samples[kind] = base64.b64decode(coded.partition(",")[2])
            page.close()
        return self._samples[kind]

    def call(self, method: str, path: str, body: Json | None = None) -> Any:
        """One call of the chat page's API."""
        data = json.dumps(body).encode() if body is not None else None
        return self._send(method, path, data, "application/json")

    def upload(self, chat: str, person: str, photo: bytes) -> None:
        """A photo into a chat."""
        fields = {"person": person, "files": FileStorage(io.BytesIO(photo), "photo.jpg", content_type="image/jpeg")}
        mark, body = encode_multipart(fields)
        self._send("POST", f"chats/{chat}/media", body, f"multipart/form-data; boundary={mark}")

    def _send(self, method: str, path: str, data: bytes | None, kind: str) -> Any:
        made = request.Request(  # noqa: S310
            f"{self._base}/api/{path}", data=data, method=method, headers={"X-Sandbox": "1", "Content-Type": kind}
        )
        with request.urlopen(made) as answer:  # noqa: S310
            return json.loads(answer.read())

    def run(self, *arguments: str) -> str:
        """What a command prints, refusals too."""
        printed = io.StringIO()
        before, sys.argv = sys.argv, ["admin_cli", *arguments]
        try:
            with redirect_stdout(printed), redirect_stderr(printed):
                cli.app(list(arguments), prog_name="python -m admin_cli")
        except SystemExit:
            pass
        finally:
            sys.argv = before
        return printed.getvalue()

    def cases(self) -> list[Json]:
        """All cases, the latest first."""
        found: list[Json] = json.loads(self.run("cases", "list", "--json"))
        return found

    def type(self, *arguments: str, since: str = "", first: int | None = None) -> str:
        """Run a command on the terminal that the next `terminal` shows: `since` these words, only the `first` lines."""
        printed = self.run(*arguments)
        line = " ".join(f'"{a}"' if " " in a else a for a in arguments)
        shown = printed[printed.index(since) :].replace(str(self.port), "1555")  # the port is any that was free
        if first is not None:
            shown = "\n".join([*shown.splitlines()[:first], "…"])
        self._shown.append((f"python -m admin_cli {line}", f"…\n{shown}" if since else shown))
        return printed

    # Pictures

    def terminal(self, name: str) -> None:
        """A picture of what was typed since the last one."""
        page = self._browser.new_page(viewport={"width": WIDEST, "height": 600})
        page.set_content(terminal.page(self._shown))
        self._shown = []
        page.evaluate(terminal.FIT)
        self._keep(name, page.locator("#screen").screenshot())
        page.close()

    def telephone(self, name: str, chat: Chat, since: str | None = None, *, tallest: int = TALLEST) -> None:
        """A picture of the end of a chat, from the last message with the piece `since` on; `tallest`: pixels."""
        page = self._page()
        page.locator(f"[data-testid=chat-tab][data-chat={chat.chat}]").click()
        root = page.locator(f"[data-testid=chat][data-chat={chat.chat}]")
        speaker = root.get_by_test_id("speaker")
        if speaker.count():
            speaker.select_option(chat.person)
        root.evaluate(FOLD)
        page.add_style_tag(content=QUIET)
        root.get_by_test_id("input").evaluate("field => field.blur()")
        row = root.locator(f"[data-id='{chat._find(since)['id']}']") if since else None
        page.set_viewport_size({"width": WIDE, "height": 6000})  # everything is on the screen, and its pictures are loaded
        page.wait_for_timeout(500)
        page.wait_for_function(DRAWN)
        page.wait_for_timeout(200)
        above = row.evaluate(TOP) if row else 0
        bars = 6000 - root.evaluate(LOG_HEIGHT)
        whole = root.get_by_test_id("message-log").evaluate(END)
        page.set_viewport_size({"width": WIDE, "height": int(min(tallest, bars + whole - above + 24))})
        page.wait_for_timeout(300)
        if row:
            row.evaluate(TO_THE_TOP)
        page.mouse.move(0, 0)
        page.wait_for_timeout(300)
        self._keep(name, root.screenshot(animations="disabled", caret="hide"))
        page.close()

    def page(self, name: str, path: str | Path, *, height: int = 800, wide: int = WIDE) -> None:
        """A picture of one of the service's own pages, or of a file that it wrote."""
        page = self._browser.new_page(viewport={"width": wide, "height": height}, locale="th-TH")
        page.goto(path.resolve().as_uri() if isinstance(path, Path) else f"http://127.0.0.1:{self.port}{path}")
        page.wait_for_timeout(800)
        self._keep(name, page.screenshot(animations="disabled"))
        page.close()

    def drawn(self, name: str, file: Path) -> None:
        """A picture that the service drew itself, made small."""
        image = Image.open(file).convert("RGB")
        image.thumbnail((400, 1000))
        made = io.BytesIO()
        image.save(made, "PNG")
        self._keep(name, made.getvalue())

    def _keep(self, name: str, picture: bytes) -> None:
        keep(picture, self._out / f"{name}.png")
        self.taken.append(name)

    def _page(self) -> Page:
        page = self._browser.new_page(
            viewport={"width": WIDE, "height": 700}, locale="th-TH", timezone_id="Asia/Bangkok", bypass_csp=True
        )
        page.add_init_script(SAME_DRAWINGS)
        page.goto(self._base)
        page.get_by_test_id("chat").first.wait_for(state="attached")
        return page
