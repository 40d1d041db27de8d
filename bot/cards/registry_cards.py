"""Cards of the registry: the services, the question for consent, a request as it stands, all of one's requests."""

from __future__ import annotations

from typing import Any

from bot.cards.kit import Card, Look
from bot.cards.parts import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    SOFT,
    TEAL,
    Box,
    band,
    box,
    breakable,
    bubble,
    clip,
    fact,
    press,
    rule,
    text,
)
from bot.cards.report_cards import district_name
from casework.registry import LIVE, RequestView, services
from flows.kit import Button

Values = dict[str, Any]
Buttons = tuple[Button, ...]
LONG = 80
COLOURS = {
    "asked": AMBER,
    "same": AMBER,
    "moved": BLUE,
    "mine": BLUE,
    "approved": BLUE,
    "reminder": TEAL,
    "rejected": GREY,
    "collected": GREEN,
}
NEXT = {
    "asked": "asked",
    "same": "asked",
    "approved": "approved",
    "reminder": "approved",
    "rejected": "rejected",
    "collected": "collected",
}


def service_name(look: Look, code: str) -> str:
    """The service in the person's language."""
    service = services().get(code)
    return code if service is None else service.th if look.thai else service.en


def services_card(look: Look, values: Values, buttons: Buttons) -> Card:
    """The services, each with the number that may be typed."""
    title, body = look.line("registry_card.services_title"), look.line("registry_card.services_body")
    mine = [b for b in buttons if b.kind == "service"]
    rows: list[Box] = [text(breakable(look.line("registry.service")), weight="bold")]
    names = []
    for button in mine:
        label = look.words.label(button)
        rows.append(press(look.act(button)))
        names.append(label)
    rows += [rule(), text(breakable(body), size="xs", colour=SOFT)]
    return Card(f"{title} {' · '.join(names)} · {body}", bubble(header=band(title, BLUE), body=rows), mine)


def consent_card(look: Look, values: Values, buttons: Buttons) -> Card:
    """What is asked for, why, for how long; yes and no side by side."""
    title = look.line("registry_card.consent_title")
    body = look.line("registry_card.consent_body", service=service_name(look, values["service"]))
    keep = look.line("registry_card.consent_keep", days=values["days"])
    version = look.line("registry_card.consent_version", version=values["version"])
    by_kind = {b.kind: b for b in buttons}
    footer = [look.press(by_kind["consent"], filled=True), look.press(by_kind["no_consent"])]
    rows = [text(breakable(body)), text("🔒 " + breakable(keep)), text(version, size="xs", colour=SOFT)]
    return Card(f"{title} {body} {keep}", bubble(header=band(title, AMBER), body=rows, footer=footer), buttons)


def _facts(look: Look, request: RequestView) -> list[Box]:
    rows = [
        text(look.line("registry_card.number", id=request.id), size="xl", weight="bold"),
        text(breakable(service_name(look, request.service))),
        fact(look.line("registry_card.office"), "📍 " + district_name(look, request.office)),
        fact(look.line("registry_card.at"), look.moment(request.at), weight="bold"),
    ]
    service = services().get(request.service)
    if service is not None and service.asks_for("copies"):
        copies = look.line("registry_card.copies_n", n=request.copies)
        rows.append(fact(look.line("registry_card.copies"), copies))
    if request.fee is not None:
        rows.append(fact(look.line("registry_card.fee"), _baht(look, request)))
    return rows


def _baht(look: Look, request: RequestView) -> str:
    assert request.fee is not None
    amount = f"{request.fee:,.2f}".removesuffix(".00")
    return look.line("registry_card.baht", amount=amount)


def _changes(look: Look, request: RequestView) -> Box:
    both = (Button("move_booking", str(request.id)), Button("cancel_booking", str(request.id)))
    return box("horizontal", [look.press(b) for b in both], spacing="sm")


def _alt(look: Look, title: str, request: RequestView, after: str = "") -> str:
    number = look.line("registry_card.number", id=request.id)
    parts = [title, number, service_name(look, request.service), district_name(look, request.office), look.moment(request.at)]
    if request.fee is not None:
        parts.append(_baht(look, request))
    return " · ".join(filter(None, (*parts, after)))


def request_card(look: Look, values: Values, buttons: Buttons) -> Card:
    """A request: what happened to it, where and when, what comes next; stars after pick-up."""
    request, key = values["request"], values["key"]
    title = look.line(f"registry_card.{key}")
    rows = _facts(look, request)
    reason = clip(request.reason or "", LONG) if key == "rejected" else ""
    if reason:
        rows.append(fact(look.line("registry_card.reason"), reason))
    after = look.line(f"registry_card.next_{NEXT[key]}") if key in NEXT else ""
    if after:
        rows += [rule(), text(breakable(after), size="xs", colour=SOFT)]
    footer: list[Box] = []
    if key == "collected":
        footer = [look.press(Button("rate_booking", f"{n}.{request.id}"), filled=n == 5, colour=GREEN) for n in range(5, 0, -1)]
    elif request.status in LIVE:
        footer = [_changes(look, request)]
    made = bubble(header=band(title, COLOURS[key]), body=rows, footer=footer)
    return Card(_alt(look, title, request, reason or after), made, buttons)


def mine_card(look: Look, values: Values, buttons: Buttons) -> Card:
    """One's requests that are not over, a card each."""
    requests: list[RequestView] = values["requests"]
    title = look.line("registry_card.mine")
    cards = []
    for request in requests[:10]:
        header = band(look.line(f"registry_card.{request.status}"), COLOURS[request.status])
        cards.append(bubble(header=header, body=_facts(look, request), footer=[_changes(look, request)]))
    alt = " / ".join(_alt(look, title, request) for request in requests)
    return Card(alt or title, {"type": "carousel", "contents": cards} if len(cards) > 1 else cards[0])


CARDS = {
    "registry_services": services_card,
    "registry_consent": consent_card,
    "registry_request": request_card,
    "registry_mine": mine_card,
}
