"""The part of the registry's talk about the office: pressed, typed, or found by a pin. Kept in `data`: office, page."""

from __future__ import annotations

from casework import appointments, places
from casework.catalog import agencies
from flows.card_numbers import CardNumbers
from flows.kit import Button, Heard

PAGE = 10


class WhichOffice(CardNumbers):
    """A talk that asks for one of the offices that take part."""

    def _taking_part(self) -> tuple[str, ...]:
        taking = appointments.offices(self.desk.rules)
        service = self.service
        if service is None or service.offices == "taking_part":
            return taking
        return tuple(code for code in taking if code in service.offices.split())

    def lacks_office(self, heard: Heard | None) -> bool:
        """None is chosen; where only one takes part it is that one."""
        taking = self._taking_part()
        if len(taking) == 1:
            self.data["office"] = taking[0]
        return not self.data.get("office")

    def buttons_office(self) -> tuple[Button, ...]:
        """The last one, then a page of all."""
        taking = self._taking_part()
        at = int(self.data.get("page", 0)) % max(1, len(taking))
        last = self.desk.registry.last_office()
        first = (last,) if last in taking and not at else ()
        shown = [code for code in taking if code not in first][at : at + PAGE]
        more = (Button("more"),) if len(taking) > PAGE else ()
        return (*(Button("district", code) for code in (*first, *shown)), *more)

    def more_offices(self, heard: Heard) -> None:
        """The next page, and from the start again after the last."""
        at = int(self.data.get("page", 0)) + PAGE
        self.data["page"] = at if at < len(self._taking_part()) else 0

    def takes_part(self, heard: Heard) -> bool:
        """An office that gives this service here."""
        return heard.value in self._taking_part()

    def choose_office(self, heard: Heard) -> None:
        """Pressed."""
        self._set_office(heard.value)

    def find_office(self, heard: Heard) -> None:
        """The office of the district in which the pin lies; the pin is not kept."""
        try:
            found = places.locate(heard.lat, heard.lng)
        except places.BadPosition:
            self.say("report.bad_pin")
            return
        if found.district_code is None:
            self.say("registry.no_office_there")
            return
        self._set_office(found.district_code)

    def _set_office(self, code: str) -> None:
        if code not in self._taking_part():
            self.say("registry.office_not_taking_part")
            return
        self.data["office"] = code

    def _office_in(self, heard: Heard) -> str | None:
        codes: tuple[str, ...] = heard.understood.district_codes() if heard.understood is not None else ()
        if len(codes) == 1:
            return codes[0]
        names = {
            code: (agencies()[code].short_th, agencies()[code].en.casefold()) for code in agencies() if code.startswith("10")
        }
        said = heard.text.casefold()
        found = [code for code, (thai, english) in names.items() if thai in heard.text or english in said]
        # One name may be the end of another one, which then is meant.
        whole = [c for c in found if not any(names[c][0] in names[o][0] for o in found if o != c)]
        return whole[0] if len(whole) == 1 else None
