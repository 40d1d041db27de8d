"""The small kit the conversations are declared with: states that ask, turns that move, one shared machine per flow.

A flow is a table. Its methods are the effects and conditions named in the table; they read and write `self.data` (kept
as JSON between turns), use `self.desk` for everything stored, and call `self.say`/`self.show` for what the person gets.
A flow knows nothing of LINE and holds no words: a key names a line in the wording files, a card is dressed by `bot/cards`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from transitions import Machine

from casework.case import place_of, text_of
from flows.desk import Desk

STAY = None
"""As `to`: the turn changes nothing of the state."""
MANY = ("*",)


@dataclass(frozen=True)
class Button:
    """A button: what it means (`kind`, `value`) and, where its label is not in the wording files, the label itself."""

    kind: str
    value: str = ""
    label: str | None = None


@dataclass(frozen=True)
class Heard:
    """What the person did, with LINE's shape taken off. `kind` is text, pin, photo … or the kind of a pressed button."""

    kind: str
    at: datetime
    text: str = ""
    value: str = ""
    lat: float = float("nan")
    lng: float = float("nan")
    place: str = ""
    media: int | None = None
    set_id: str | None = None
    talk: int | None = None
    understood: Any = None
    """nlp's reading of `text`; None where there is no text."""
    group: bool = False
    mentioned: bool = False
    seal: str | None = None
    """Of a button in a group: proves that it was given to that group."""
    quoted: str = ""
    """The id of the message that was quoted."""
    thread: int | None = None
    """The officer's thread that the quoted message is about."""


@dataclass(frozen=True)
class Say:
    """One message: a wording key with values, or a card with its data; buttons belong to the last message of a turn."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)
    card: bool = False
    buttons: tuple[Button, ...] = ()


class State(NamedTuple):
    """A place in a talk: its question is the wording `<flow>.<name>`; with these buttons."""

    name: str
    buttons: tuple[Button, ...]
    final: bool
    sums_up: bool = False
    """Its card shows all there is, so that nothing need be acknowledged."""


class Turn(NamedTuple):
    """A row of a flow's table."""

    kind: str
    at: tuple[str, ...]
    to: str | None
    do: tuple[str, ...]
    when: tuple[str, ...]


def asks(name: str, *buttons: str) -> State:
    """A state that asks the question named like it and waits."""
    return State(name, tuple(Button(kind) for kind in buttons), final=False)


def sums_up(name: str, *buttons: str) -> State:
    """A state that shows all that was gathered and waits for a yes."""
    return State(name, tuple(Button(kind) for kind in buttons), final=False, sums_up=True)


def ends(name: str) -> State:
    """A state in which the talk is over."""
    return State(name, (), final=True)


def on(
    kind: str, *, at: str | Sequence[str] = "*", to: str | None = STAY, do: str | None = None, when: str | None = None
) -> Turn:
    """When `kind` is heard in the states `at` (all that wait, by default): if `when` holds, `do`, and go `to`."""
    places = (at,) if isinstance(at, str) else tuple(at)
    return Turn(kind, places, to, tuple((do or "").split()), tuple((when or "").split()))


def onward(at: Sequence[str], **needs: str) -> list[Turn]:
    """After every turn in one of the states `at`: go to the first state whose need is felt, e.g. `where="lacks_where"`.

    This is how things may come in any order: a state then names what is still missing.
    """
    return [on(ONWARD, at=at, to=state, when=need or None) for state, need in needs.items()]


ONWARD = "onward"


class Flow:
    """A conversation. Subclasses are declarations: `name`, `states`, `turns`, and the methods these name."""

    name: ClassVar[str] = ""
    states: ClassVar[list[State]] = []
    turns: ClassVar[list[Turn]] = []
    confirm_cancel: ClassVar[bool] = False
    """Whether there is something to lose: then `ยกเลิก` asks once."""
    _machine: ClassVar[Machine]
    _by_name: ClassVar[dict[str, State]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not cls.name:
            return
        cls._by_name = {s.name: s for s in cls.states}
        waiting = [s.name for s in cls.states if not s.final]
        # One machine serves all talks of the class: a machine per turn costs seven times as much.
        machine = Machine(
            model=None,
            states=[s.name for s in cls.states],
            initial=cls.states[0].name,
            auto_transitions=False,
            ignore_invalid_triggers=True,
        )
        for turn in cls.turns:
            machine.add_transition(
                turn.kind,
                [*waiting] if turn.at == MANY else [*turn.at],
                turn.to,
                conditions=list(turn.when),
                before=list(turn.do),
            )
        cls._machine = machine

    def __init__(self, desk: Desk, data: dict[str, Any] | None = None, state: str | None = None) -> None:
        self.desk = desk
        self.data: dict[str, Any] = data if data is not None else {}
        self.state = state if state in self._by_name else self.states[0].name
        self.said: list[Say] = []
        self.quiet = False
        self.got: Say | None = None
        """What came just now, to be acknowledged before the next question."""
        self.number: str | None = None
        """The case that this talk was about, once there is one."""

    # What the router calls.

    def open(self, heard: Heard | None = None) -> None:
        """Begin: with what was heard already where the table has a turn for it, else with the first question."""
        if heard is None or not self._trigger(heard):
            self.enter()
            self._go_on()
        self._ask()

    def enter(self) -> None:
        """Hook: what to prepare before the first question."""

    def hear(self, heard: Heard) -> bool:
        """One turn. False where this state has no use for what was heard; nothing has changed then."""
        before = self.state
        if not self._trigger(heard):
            return False
        if self.state != before and not self.ended:
            trail = self.data.setdefault("trail", [])
            trail.append(before)
            del trail[:-12]
        self._ask()
        return True

    def back(self) -> bool:
        """Return to the state before; False at the beginning."""
        trail = self.data.get("trail") or []
        if not trail:
            return False
        self.data.update(self.data.pop("undo", {}))
        self._machine.set_state(trail.pop(), model=self)
        self._ask()
        return True

    def set_aside(self, *keys: str) -> None:
        """Something is to be given anew; going back instead brings it back."""
        self.data["undo"] = {key: self.data.pop(key) for key in keys if key in self.data}

    def ask_again(self) -> None:
        """Put the present question once more."""
        self._ask()

    @property
    def ended(self) -> bool:
        """Whether the talk is over."""
        return self._by_name[self.state].final

    def offers(self) -> tuple[Button, ...]:
        """The buttons of the present state, those of its cards included: what may be typed instead of pressed."""
        dynamic = getattr(self, f"buttons_{self.state}", None)
        return (*self._by_name[self.state].buttons, *(dynamic() if dynamic else ()))

    def dropped(self) -> None:
        """Hook: the person cancelled; forget what was kept outside `data`."""

    def let_go(self, given: str) -> str | None:
        """The message `given` was meant for somebody else: its words leave the talk, which asks for what it lacks now.

        Returns the words; None where the talk keeps none of them.
        """
        gone = None
        for key, whole, joined in (("parts", "text", text_of), ("place_parts", "place_text", place_of)):
            parts: list[list[str]] = self.data.get(key, [])
            for part in [part for part in parts if part[0] == given]:
                gone = part[1]
                parts.remove(part)
                self.data[whole] = joined(parts)
        if gone is not None:
            self.forgot()
            self._go_on()
            self._ask()
        return gone

    def forgot(self) -> None:
        """Hook: words have left the talk; what was read from them goes too."""

    def about(self) -> str:
        """A few words that remind the person what this talk is about; empty where nothing was said yet."""
        return ""

    # What the methods of a flow call.

    def say(self, key: str, **values: Any) -> None:
        """Say the line `<flow>.<key>`; a key with a dot stands for itself."""
        self.said.append(Say(key if "." in key else f"{self.name}.{key}", values))

    def show(self, card: str, **values: Any) -> None:
        """Show a card."""
        self.said.append(Say(card, values, card=True))

    def _trigger(self, heard: Heard) -> bool:
        event = self._machine.events.get(heard.kind)
        if heard.kind == ONWARD or event is None or not event.trigger(self, heard):
            return False
        self._go_on()
        return True

    def _go_on(self) -> None:
        event = self._machine.events.get(ONWARD)
        if event is not None:
            event.trigger(self, None)

    def _ask(self) -> None:
        if self.ended or self.quiet:
            return
        if self.got is not None and not self._by_name[self.state].sums_up:
            self.said.append(self.got)
        special = getattr(self, f"ask_{self.state}", None)
        if special is not None:
            special()
        else:
            self.say(self.state)
        last = self.said[-1]
        self.said[-1] = Say(last.key, last.values, last.card, self.offers())
