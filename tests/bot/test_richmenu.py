"""The rich menu keeps LINE's limits, is readable, and replaces the old one; Thai on pictures stands right."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw

from bot import drawing, richmenu
from bot.icons import ICONS, icon

LABELS = ["แจ้งปัญหา", "ติดตามเรื่อง", "งานทะเบียน", "สอบถาม/เสนอแนะ", "ข่าวประชาสัมพันธ์", "ติดต่อเจ้าหน้าที่"]


@pytest.fixture(scope="module")
def picture() -> bytes:
    return richmenu.draw()


def test_the_picture_keeps_the_limits(picture: bytes) -> None:
    assert len(picture) <= 1_000_000
    image = Image.open(io.BytesIO(picture))
    assert (image.format, image.size) == ("PNG", (2500, 1686))


def test_the_picture_is_the_same_each_time(picture: bytes) -> None:
    richmenu._drawn.cache_clear()
    assert richmenu.draw(LABELS) == picture


def test_the_object_keeps_the_limits() -> None:
    menu = richmenu.menu_object()
    assert menu["size"] == {"width": 2500, "height": 1686}
    assert 1 <= richmenu.graphemes(menu["chatBarText"]) <= 14
    assert len(menu["name"]) <= 300
    assert [area["action"]["text"] for area in menu["areas"]] == LABELS
    for area in menu["areas"]:
        assert area["action"]["type"] == "message"
        assert richmenu.graphemes(area["action"]["label"]) <= 20
        assert len(area["action"]["text"]) <= 300


def test_the_areas_cover_the_picture_once() -> None:
    covered = Image.new("L", (2500, 1686))
    for area in richmenu.areas():
        box = (area["x"], area["y"], area["x"] + area["width"], area["y"] + area["height"])
        assert covered.crop(box).getextrema() == (0, 0)
        covered.paste(255, box)
        assert box[2] <= 2500
        assert box[3] <= 1686
    assert covered.getextrema() == (255, 255)


@pytest.mark.parametrize("labels", [LABELS[:5], [*LABELS, "x"], ["", *LABELS[1:]], ["ก" * 21, *LABELS[1:]]])
def test_labels_that_do_not_fit_are_refused(labels: list[str]) -> None:
    for maker in (richmenu.menu_object, richmenu.draw):
        with pytest.raises(ValueError, match=r"areas|graphemes"):
            maker(labels)


def test_graphemes_are_counted_as_people_do() -> None:
    assert richmenu.graphemes("ที่นี้") == 2
    assert richmenu.graphemes("ก็") == 1
    assert richmenu.graphemes("") == 0


def test_colours_can_be_told_apart() -> None:
    for tile, text, disc, ink in richmenu.settings()["colours"]:
        assert drawing.contrast(tile, text) >= 4.5
        assert drawing.contrast(disc, ink) >= 4.5
    assert drawing.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert drawing.contrast("#777777", "#777777") == pytest.approx(1)


def test_labels_are_large_enough_on_a_small_telephone() -> None:
    """At 360 pixels wide a label's em is at least 15 pixels, and its ink stays on its tile."""
    breaks = richmenu.settings()["breaks"]
    lines = [line for label in LABELS for line in breaks.get(label, label).split("\n")]
    assert [breaks.get(label, label).replace("\n", "") for label in LABELS] == LABELS
    size = min(drawing.fitting_size(line, richmenu._LABEL_SIZE, richmenu._LABEL_ROOM) for line in lines)
    assert size * 360 / 2500 >= 15


def test_text_stays_inside_its_tile(picture: bytes) -> None:
    """A ring along the inner edge of every tile shows nothing but the tile."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for area in richmenu.areas():
        x0, y0 = area["x"] + 20, area["y"] + 80
        x1, y1 = area["x"] + area["width"] - 20, area["y"] + area["height"] - 80
        for strip in ((x0, y0, x0 + 8, y1), (x1 - 8, y0, x1, y1)):
            assert len(image.crop(strip).getcolors() or []) == 1
        for strip in ((x0 + 80, area["y"] + 20, x1 - 80, area["y"] + 28), (x0 + 80, y1 + 50, x1 - 80, y1 + 58)):
            assert len(image.crop(strip).getcolors() or []) == 1


@pytest.mark.parametrize("name", list(ICONS))
def test_icons_stay_inside_their_field(name: str) -> None:
    image = icon(name, 200, "#000000", "#FFFFFF").convert("L")
    box = ImageChops.invert(image).getbbox()
    assert box is not None
    assert min(box[:2]) >= 4
    assert max(box[2:]) <= 196


def glyphs(text: str, size: float = 200.0) -> list[Image.Image]:
    """One picture per glyph, all on the same field."""
    made = []
    for glyph in drawing.polygons(text, size):
        one = Image.new("L", (900, 500))
        for contour in glyph:
            part = Image.new("L", one.size)
            ImageDraw.Draw(part).polygon([(x + 200, y + 350) for x, y in contour], fill=255)
            one = ImageChops.difference(one, part)
        made.append(one)
    return made


def overlap(one: Image.Image, other: Image.Image) -> int:
    """Pixels that two pictures share."""
    return ImageChops.darker(one, other).histogram()[255]


@pytest.mark.parametrize("text", ["ที่", "นี้", "กี๊", "ปิ๋", "ดึ่", "ลื้", "ปี่", "ฟื้", "ฝั้", "น้ำ", "ป้ำ", "จั๊", "ปู่", "ญี่", "ญู้"])
def test_no_mark_overlaps_another(text: str) -> None:
    parts = glyphs(text)[1:]  # without the consonant, whose own stem the font may let a vowel touch
    assert parts
    for i, one in enumerate(parts):
        for other in parts[i + 1 :]:
            assert overlap(one, other) == 0, text


def test_a_tone_mark_is_lifted_by_the_vowel_below_it() -> None:
    low, high = drawing.measure("ท่", 200), drawing.measure("ที่", 200)
    assert high.top < low.top - 20
    assert drawing.measure("ที", 200).advance == high.advance == drawing.measure("ท", 200).advance


def test_the_check_itself_sees_marks_that_fall_on_each_other() -> None:
    """Vowel and tone mark each put over the consonant alone do overlap: that is what shaping is for."""
    (_, vowel), (_, tone) = glyphs("ที"), glyphs("ท่")
    assert overlap(vowel, tone) > 0


def test_drawn_text_has_its_ink_where_it_was_measured() -> None:
    for align, share in (("left", 0.0), ("middle", 0.5), ("right", 1.0)):
        image = Image.new("RGB", (900, 300), "#FFFFFF")
        drawing.draw_text(image, (450, 200), "ที่นี่ 1555 ญู", size=80, fill="#000000", align=align)
        box = ImageChops.invert(image.convert("L")).point(lambda v: 255 * (v > 60)).getbbox()
        ink = drawing.measure("ที่นี่ 1555 ญู", 80)
        start = 450 - share * ink.advance
        assert box == pytest.approx((start + ink.left, 200 + ink.top, start + ink.right, 200 + ink.bottom), abs=2)


def test_drawing_refuses_what_it_cannot() -> None:
    image = Image.new("RGB", (10, 10))
    drawing.draw_text(image, (0, 0), "", size=10, fill="#FFFFFF")
    with pytest.raises(ValueError, match="align"):
        drawing.draw_text(image, (0, 0), "a", size=10, fill="#FFFFFF", align="justify")
    with pytest.raises(ValueError, match="Black"):
        drawing.measure("a", 10, "Black")
    assert drawing.measure("", 10) == drawing.Ink(0, 0, 0, 0, 0)
    assert drawing.measure(" ", 10).advance > 0


def test_lines_break_between_words_and_lose_nothing() -> None:
    text = "แจ้ง\u200bปัญหา\u200bถนน\u200bเป็น\u200bหลุม ส่ง\u200bรูป\u200bได้\u200bทันที\nโทร 1555"
    made = drawing.lines(text, 40, 220)
    assert "".join(made).replace(" ", "") == text.replace("\u200b", "").replace(" ", "").replace("\n", "")
    assert all(drawing.measure(line, 40).advance <= 220 for line in made)
    assert made[-1] == "โทร 1555"
    assert len(made) > 2
    assert drawing.lines("ยาวเกินบรรทัด", 40, 10) == ["ยาวเกินบรรทัด"]
    assert drawing.fitting_size("กกกก", 100, 40) < 100
    assert drawing.fitting_size("ก", 10, 400) == 10


class FakeLine:
    """Keeps menus as LINE does: a menu cannot be shown before its picture has come."""

    def __init__(self, refuse: str = "") -> None:
        self.menus: dict[str, dict[str, Any]] = {}
        self.images: dict[str, bytes] = {}
        self.default: str | None = None
        self.made = 0
        self.refuse = refuse
        self.seen: list[str | None] = []

    def _turn(self, name: str) -> None:
        self.seen.append(self.default)
        if name == self.refuse:
            raise ConnectionError(name)

    def create_rich_menu(self, menu: dict[str, Any]) -> str:
        self._turn("create")
        self.made += 1
        self.menus[f"menu-{self.made}"] = menu
        return f"menu-{self.made}"

    def set_rich_menu_image(self, menu_id: str, image: bytes, mime: str) -> None:
        self._turn("image")
        assert mime == "image/png"
        self.images[menu_id] = image

    def set_default_rich_menu(self, menu_id: str) -> None:
        self._turn("default")
        assert menu_id in self.images
        self.default = menu_id

    def list_rich_menus(self) -> list[dict[str, Any]]:
        return [{"richMenuId": key, **menu} for key, menu in self.menus.items()]

    def delete_rich_menu(self, menu_id: str) -> None:
        self._turn("delete")
        del self.menus[menu_id]


def test_deploying_again_replaces_the_old_menu_and_no_other() -> None:
    line = FakeLine()
    line.menus["campaign"] = {"name": "somebody else's"}
    first = richmenu.deploy(line)
    assert line.default == first
    second = richmenu.deploy(line)
    assert line.default == second != first
    assert set(line.menus) == {"campaign", second}
    assert None not in line.seen[4:]  # from the first menu on, there was always one


@pytest.mark.parametrize("refuse", ["image", "default"])
def test_a_menu_that_is_refused_leaves_the_old_one(refuse: str) -> None:
    line = FakeLine()
    old = richmenu.deploy(line)
    line.refuse = refuse
    with pytest.raises(ConnectionError):
        richmenu.deploy(line)
    assert set(line.menus) == {old}
    assert line.default == old


def test_a_preview_shows_object_and_picture(picture: bytes) -> None:
    text, image = richmenu.preview()
    assert "chatBarText" in text
    assert image == picture


def test_the_drawing_needs_nothing_of_the_system(monkeypatch: pytest.MonkeyPatch, picture: bytes) -> None:
    """Pillow's own text layout is never asked, so a machine without FriBidi draws the same."""

    def never(*_: object, **__: object) -> Callable[..., Any]:
        raise AssertionError("Pillow's text layout was used")

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", never)
    richmenu._drawn.cache_clear()
    assert richmenu.draw() == picture
