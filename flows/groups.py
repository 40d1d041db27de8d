"""Where a group's message goes: a button of a card → a command → a quote → what a member was asked for → silence.

In a group the account speaks only when spoken to (domain.md section 4).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from casework import numbers
from casework.case import UNACKNOWLEDGED, CaseView
from casework.groups import CODES, WORKING, looks_like_code, read_code
from casework.refusals import Refused
from flows.community import Community
from flows.kit import Button, Flow, Heard, Say
from flows.office import Office
from flows.talks import Answer, Command, OpenTalk, Talks
from flows.thread_work import SERVES, THREAD_PRESSES, ThreadWork
from flows.work import Work

GROUP_FLOWS: dict[str, type[Flow]] = {flow.name: flow for flow in (Work, Community)}
"""The conversations of groups."""
PRESSES = ("accept", "arrive", "report_fix", "hand_on", "ask")
"""The buttons of an alert, in their order."""
TALKS = {"report_fix", "hand_on", "ask"}
SIMILAR = ("same", "different")
PAGE = 10
About = Callable[[str], str | None]
"""The id of a message of ours → what it was about."""


class GroupRouter(ThreadWork):
    """One turn of one member in one group."""

    def __init__(self, office: Office, talks: Talks, command: Command, opening: Callable[[str], str | None]) -> None:
        """`opening`: the rest of a text that begins like a report (`แจ้ง …`), else None."""
        self.office, self.talks = office, talks
        self._command, self._opening = command, opening
        self.answer = Answer()

    def hear(self, heard: Heard, about: str | None = None) -> Answer:
        """Answer what was heard; `about`: the case whose message was quoted (`heard.thread`: the thread). A Refused becomes
        words."""
        try:
            if not (heard.thread is not None and heard.kind != "text" and self._thread_quoted(heard, heard.thread)):
                self._hear(heard, about)
        except Refused as no:
            self._say(no.why, **no.values)
        return self.answer

    def _hear(self, heard: Heard, about: str | None) -> None:
        if heard.kind in {*PRESSES, "agency"}:
            self._pressed(heard)
        elif heard.kind in THREAD_PRESSES:
            self._thread_pressed(heard)
        elif heard.kind in SIMILAR:
            self._similar(heard)
        elif heard.kind == "show":
            self._card(heard.value)
        elif heard.kind == "open_cases":
            self._list(int(heard.value) if heard.value.isdecimal() and len(heard.value) < 6 else 0)
        elif heard.kind == "text":
            self._text(heard, about)
        elif about is None and self._photo_talk(heard):
            return
        elif heard.kind in {"photo", "video", "pin"}:
            talk = self._waiting(about)
            if talk is None and about is not None and heard.kind != "pin" and self.office.kind in WORKING:
                self._open("work", Heard("report_fix", heard.at, value=about))
                self.answer.said.clear()  # the photo is here already
                talk = self._waiting(about)
            if talk is not None:
                self._go_on(heard, talk)
        elif heard.kind in {"fixed", "not_fixed"} and self.office.kind == "community":
            self._answer_fix(heard)

    # Buttons.

    def _pressed(self, heard: Heard) -> None:
        if not self.office.sealed(heard.kind, heard.value, heard.seal or ""):
            self._say("group.void_button")
            return
        if heard.kind == "agency":
            talk = self._waiting(None)
            if talk is None or talk.state != "handing":
                self._say("group.void_button")
                return
            self._go_on(Heard("agency", heard.at, value=heard.value.partition("@")[0]), talk)
            return
        self._act(heard.kind, heard.value, heard)

    def _act(self, kind: str, number: str, heard: Heard) -> None:
        if kind in TALKS:
            self._open("work", Heard(kind, heard.at, value=number))
        elif kind == "accept":
            case, mine = self.office.accept(number)
            if mine:
                self._show("work_card", case=case, said="accepted")
            else:
                self._say("group.owned", number=case.number, owner=case.owner or "", status=case.status)
        elif kind == "arrive":
            self._show("work_card", case=self.office.arrive(number), said="arrived")

    def _answer_fix(self, heard: Heard) -> None:
        """The reporter's yes or no, in the community's group where they reported."""
        if not self.office.sealed(heard.kind, heard.value, heard.seal or ""):
            self._say("group.void_button")
        elif not self.office.reported(heard.value):
            self._say("group.only_reporter")
        else:
            self.office.answer_fix(heard.value, fixed=heard.kind == "fixed")
            if heard.kind == "fixed":
                self._say("group.thanks_fixed", number=heard.value)
            else:
                self._open("community", Heard("not_fixed", heard.at, value=heard.value))

    # Words.

    def _text(self, heard: Heard, about: str | None) -> None:
        if (read_code(heard.text) is not None or looks_like_code(heard.text)) and self._bind(heard):
            return
        if heard.thread is not None and self._thread_quoted(heard, heard.thread):
            return
        number = numbers.parse(heard.text)
        if number is not None:
            self._card(number)
            return
        kinds = self._command(heard.text)
        if self.office.kind in WORKING:
            if self._work_words(heard, kinds, about):
                return
        elif self.office.kind == "community" and self._community_words(heard, kinds):
            return
        if heard.mentioned:
            found = numbers.find(heard.text)
            self._card(found[0]) if found else self._say(f"group.help_{self._side()}")

    def _bind(self, heard: Heard) -> bool:
        bound = self.office.bind(heard.text)
        if bound is None:
            if not looks_like_code(heard.text):
                return False
            if self._may_be_told():
                self._say(
                    "group.wrong_code" if self.office.kind is None else "group.wrong_code_bound", agency=self.office.agency
                )
            return True
        self._say(f"group.bound_{'community' if bound.kind == 'community' else 'work'}", agency=bound.agency)
        return True

    def _may_be_told(self) -> bool:
        """Whether this member hears once more that a code is wrong; whoever goes on trying gets silence."""
        tries = self.talks.waiting(CODES) or self.talks.begin(CODES)
        since, times = tries.data.get("tries", (self.office.now.isoformat(), 0))
        if self.office.now - datetime.fromisoformat(since) > self.office.rules.span("group", "wrong_code_minutes"):
            since, times = self.office.now.isoformat(), 0
        tries.data["tries"] = [since, times + 1]
        tries.current, tries.touched_at = False, self.office.now
        self.talks.keep(tries)
        return bool(times < self.office.rules.whole("group", "wrong_codes"))

    def _work_words(self, heard: Heard, kinds: tuple[str, ...], about: str | None) -> bool:
        talk = self._waiting(about)
        if "cancel" in kinds and talk is not None:
            self._drop(talk)
            return True
        press = next((k for k in kinds if k in PRESSES), None)
        if press is not None and about is not None:
            self._act(press, about, heard)
            return True
        found = numbers.find(heard.text)
        if len(found) == 1:
            rest = heard.text.replace(found[0], " ")
            typed = next((k for k in self._command(rest) if k in PRESSES), None)
            if typed is not None:
                self._act(typed, found[0], heard)
                return True
        if "open_cases" in kinds:
            self._list(0)
            return True
        if "threads_waiting" in kinds and self.office.kind in SERVES:
            self._threads_waiting()
            return True
        if "week" in kinds:
            self._show("week", week=self.office.week(), agency=self.office.agency)
            return True
        if talk is not None and not talk.data.get("worded"):
            self._go_on(heard, talk)
            return True
        if about is not None:
            case = self.office.note(about, heard.text, heard.value)
            self._remember(case.number)
            self._say("group.noted", number=case.number)
            return True
        if "which_case" in kinds:
            self._say("group.which_case")
            return True
        return False

    def _community_words(self, heard: Heard, kinds: tuple[str, ...]) -> bool:
        talk = self._waiting(None)
        if "cancel" in kinds and talk is not None:
            self._drop(talk)
            return True
        chosen = next((kind for kind in kinds if kind in SIMILAR), None)
        if chosen is not None and talk is not None and talk.state == "similar":
            self._similar(Heard(chosen, heard.at))
            return True
        said = self._opening(heard.text)
        if said is None and heard.mentioned:
            said = heard.text
        if said is not None and talk is None:
            self._open("community", Heard("text", heard.at, said, heard.value, understood=heard.understood) if said else None)
            return True
        if talk is not None and talk.state != "filed":
            self._go_on(heard, talk)
            return True
        return False

    def _similar(self, heard: Heard) -> None:
        """Whether it is one of the cases that were shown to this very member."""
        talk = self._waiting(None)
        if talk is not None and talk.flow == "community" and talk.state == "similar":
            self._go_on(heard, talk)

    def _side(self) -> str:
        if self.office.kind is None:
            return "unbound"
        return "community" if self.office.kind == "community" else "work"

    # What there is to see.

    def _card(self, number: str) -> None:
        found = self.office.case(number)
        if found is None:
            self._say("track.unknown", number=number)
        elif found[1]:
            self._show("work_card", case=found[0], said="")
        else:
            self._show("public_case", case=found[0])

    def _list(self, offset: int) -> None:
        cases = self.office.open_cases(PAGE, offset)
        if not cases:
            self._say("group.none_open")
            return
        total = self.office.count_open()
        following = offset + PAGE if total > offset + PAGE else None
        self._show("open_cases", cases=cases, total=total, following=following)

    # What a member was asked for.

    def _waiting(self, about: str | None) -> OpenTalk | None:
        """The member's talk: for as long as the rule says, and for ever about the case that is quoted."""
        talk = self.talks.current()
        if about is None and (talk is None or talk.flow not in GROUP_FLOWS):
            return None
        if about is not None:
            return next(
                (t for t in (talk, self.talks.waiting("work")) if t is not None and t.data.get("number") == about), None
            )
        assert talk is not None
        minutes = self.office.rules.number("group", "answer_minutes")
        return talk if self.office.now - talk.touched_at <= timedelta(minutes=minutes) else None

    def _open(self, name: str, heard: Heard | None) -> None:
        old = self.talks.current()
        if old is not None and old.flow == "work" and old.data.get("photos"):
            old.current = False  # its photos are still being looked at
            self.talks.keep(old)
        elif old is not None:
            self._end(old)
        flow = GROUP_FLOWS[name](self.office)  # type: ignore[arg-type]
        flow.open(heard)
        talk = self.talks.begin(name)
        self._keep(talk, flow)

    def _go_on(self, heard: Heard, talk: OpenTalk) -> None:
        flow = GROUP_FLOWS[talk.flow](self.office, talk.data, talk.state)  # type: ignore[arg-type]
        if flow.hear(heard):
            self._keep(talk, flow)

    def _keep(self, talk: OpenTalk, flow: Flow) -> None:
        talk.state, talk.data, talk.touched_at = flow.state, flow.data, self.office.now
        if flow.number is not None:
            talk.case_number = flow.number
        if flow.ended:
            talk.open = talk.current = False
            talk.data = {}
        self.talks.keep(talk)
        self.answer.said += flow.said
        self.answer.talk = talk.id

    def _drop(self, talk: OpenTalk) -> None:
        flow = GROUP_FLOWS[talk.flow](self.office, talk.data, talk.state)  # type: ignore[arg-type]
        flow.dropped()
        self._end(talk)
        self._say("group.dropped")

    def _remember(self, number: str) -> None:
        """Whose words about which case these were: so they are found when they are taken back."""
        talk = self.talks.begin("work")
        talk.case_number, talk.open, talk.current, talk.state = number, False, False, "done"
        self.talks.keep(talk)

    def _end(self, talk: OpenTalk) -> None:
        talk.open = talk.current = False
        talk.data, talk.state = {}, "dropped"
        self.talks.keep(talk)

    def _say(self, key: str, **values: object) -> None:
        self.answer.said.append(Say(key, values))

    def _show(self, card: str, **values: object) -> None:
        buttons: tuple[Button, ...] = ()
        case = values.get("case")
        if card == "work_card" and isinstance(case, CaseView):
            buttons = tuple(Button(kind, case.number) for kind in offered(case))
        self.answer.said.append(Say(card, values, card=True, buttons=buttons))


def offered(case: CaseView) -> tuple[str, ...]:
    """The buttons that make sense on a case as it stands, in the order of PRESSES."""
    if case.status in UNACKNOWLEDGED:
        return PRESSES
    if case.status == "accepted":
        return PRESSES[1:]
    return PRESSES[2:] if case.status == "inspecting" else ()
