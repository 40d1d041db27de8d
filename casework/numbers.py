"""The case number, for example `69-0001238`: made, read back from what people type, and told from other numbers.

Two digits of the Buddhist fiscal year, a dash, six to eight digits, a check digit. The six to eight digits are the
running number behind a keyed permutation, so that one number does not give the next one; a year that outgrows 999,999
cases goes on with seven digits. The check digit (Damm 2004, over all digits before it) notices every single wrong
digit and every swap of two neighbours. Years 2550 to 2599 are numbered, so that no number begins with the 0 of a
telephone number.
"""

import hmac
import re
import unicodedata
from collections.abc import Iterator

from stdnum import damm

from casework.thai_time import fiscal_year

__all__ = ["FIRST_YEAR", "LAST_YEAR", "find", "fiscal_year", "looks_like", "make", "parse"]

FIRST_YEAR, LAST_YEAR = 2550, 2599
WIDTHS = range(6, 9)
_ROUNDS = 10
_PHONE_YEAR = "66"  # Thailand's dialling code; eight and more digits after it are a telephone number

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_DASHES = re.compile("[\u2010-\u2015\u2212\u2043\u207b\u30fc\ufe58\ufe63\uff0d\u00af_~]")
_SPACES = re.compile(r"\s")

_WHOLE = re.compile(r"#? ?[0-9](?:[ -]{0,3}[0-9]){8,10}")
_BEFORE = r"(?<![0-9A-Za-z+])(?<![0-9][-/.#])(?<![0-9]{4} )"
_AFTER = r"(?![0-9A-Za-z])(?![-/.][0-9])"
_DASHED = re.compile(_BEFORE + r"([5-9][0-9]) ?- ?([0-9]{7,9}|[0-9]{3}[ -][0-9]{4})" + _AFTER)
_BARE = re.compile(_BEFORE + r"(?<![0-9] )([5-9][0-9]) ?([0-9]{7,9}|[0-9]{3} [0-9]{4})" + _AFTER + r"(?! [0-9])")
_MISTYPED = re.compile(r"#? ?([5-9][0-9])(?: ?- ?([0-9]{5,10})| ?([0-9]{7}))")

_LASER_START = re.compile(r"(?<![A-Za-z])[A-Za-z]{2} \Z")  # with ten digits after it: the code behind an ID card


def make(year: int, running: int, key: bytes) -> str:
    """Number of the `running`-th case (from 1) of a Buddhist fiscal year.

    A bijection for each year, width and key. Raises ValueError for a year outside 2550 to 2599, a running number
    outside 1 to 99,999,999 (year 2566: 999,999), or an empty key.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"fiscal year {year}: numbers are made for {FIRST_YEAR} to {LAST_YEAR}")
    if not key:
        raise ValueError("the number key is empty")
    short, width = f"{year % 100:02d}", max(len(str(running)), WIDTHS.start)
    if running < 1 or width not in WIDTHS or (short == _PHONE_YEAR and width > WIDTHS.start):
        raise ValueError(f"running number {running} of fiscal year {year}")
    digits = f"{_permuted(running, width, f'{year}', key):0{width}d}"
    return f"{short}-{digits}{damm.calc_check_digit(short + digits)}"


def _permuted(value: int, width: int, tweak: str, key: bytes) -> int:
    """Keyed bijection of 0 to 10^width - 1: a Feistel network over decimal digits.

    Alternating halves as in NIST SP 800-38G (FF1), with HMAC-SHA256 as the round function.
    """
    small, large = 10 ** (width // 2), 10 ** (width - width // 2)
    left, right = divmod(value, large)
    for number in range(_ROUNDS):
        said = f"case-number|{tweak}|{width}|{number}|{right}".encode()
        mixed = int.from_bytes(hmac.digest(key, said, "sha256"))
        left, right = right, (left + mixed) % (large if number % 2 else small)
    found: int = left * large + right
    return found


def plain(text: str) -> str:
    """Text with every script's digits as 0 to 9, every dash as `-`, every space as one space, nothing invisible."""
    if text.isascii():
        return _SPACES.sub(" ", _DASHES.sub("-", text)).strip()
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in text)
    return _SPACES.sub(" ", _DASHES.sub("-", text)).strip()


def _number(digits: str) -> str | None:
    """Canonical form of nine to eleven digits, None when they are no case number."""
    short, rest = digits[:2], digits[2:]
    if len(rest) - 1 not in WIDTHS or not "50" <= short <= "99":
        return None
    if short == _PHONE_YEAR and len(rest) - 1 > WIDTHS.start:
        return None
    return f"{short}-{rest}" if damm.is_valid(digits) else None


def parse(text: str) -> str | None:
    """The canonical number when the whole text is one, None otherwise.

    Thai and full-width digits, any dash or none, and spaces are all good: `๖๙ – ๐๐๐๑๒๓๘` is `69-0001238`.
    """
    text = plain(text)
    return _number(re.sub("[^0-9]", "", text)) if _WHOLE.fullmatch(text) else None


def find(text: str) -> list[str]:
    """Every case number within a text, canonical, in order, each once; no part of a longer number or code."""
    whole = parse(text)
    if whole is not None:
        return [whole]
    numbers = (_number(digits) for _, digits in sorted(_candidates(plain(text))))
    return list(dict.fromkeys(number for number in numbers if number is not None))


def looks_like(text: str) -> bool:
    """Has the text the form of a case number, but no valid one: probably mistyped.

    Also true for a text that is nothing but a year, a dash and a digit or two too few or too many.
    """
    if find(text):
        return False
    text = plain(text)
    alone = _MISTYPED.fullmatch(text)
    if alone is not None:
        return alone[1] != _PHONE_YEAR or len(alone[2] or alone[3]) <= 7
    return any(not (d.startswith(_PHONE_YEAR) and len(d) > 9) for _, d in _candidates(text, bare=False))


def _candidates(text: str, *, bare: bool = True) -> Iterator[tuple[int, str]]:
    """(position, digits) of whatever has the form of a case number in a plain text."""
    for form in (_DASHED, _BARE) if bare else (_DASHED,):
        for found in form.finditer(text):
            digits = found[1] + re.sub("[^0-9]", "", found[2])
            before = text[max(found.start() - 4, 0) : found.start()]
            if not (len(digits) == 10 and _LASER_START.search(before)):
                yield found.start(), digits
