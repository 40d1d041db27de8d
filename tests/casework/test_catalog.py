"""The catalogue of categories and agencies is complete and consistent."""

import pytest

from casework.catalog import agencies, categories, responsible

CODES = [
    "road", "pavement", "flood", "drain", "light", "waste", "tree", "obstruction", "sign", "traffic", "safety",
    "bridge", "wire", "canal", "noise", "air", "animal", "health", "social", "fire", "water", "building",
    "conduct", "other",
]  # fmt: skip


def test_categories_stand_in_the_centres_order() -> None:
    assert list(categories()) == CODES


@pytest.mark.parametrize("code", CODES)
def test_a_category_is_complete(code: str) -> None:
    category = categories()[code]
    assert category.code == code
    assert category.th
    assert category.en
    assert category.icon
    assert 3 <= category.finish_days <= 30
    assert 0 <= category.duplicate_radius_m <= 500
    assert set(category.partners) <= set(agencies())


def test_agencies_are_those_of_the_contract() -> None:
    wanted = {str(1001 + n) for n in range(50)}
    wanted |= {"works", "drainage", "traffic", "environment", "city_law", "health", "social", "fire"}
    wanted |= {"mea", "mwa", "police", "nt", "1555", "staff"}
    assert set(agencies()) == wanted
    assert agencies()["1006"].th == "สำนักงานเขตบางกะปิ"
    assert len(agencies()["1006"].sections) == 10


def test_escalation_ends_with_staff() -> None:
    for code in agencies():
        seen = [code]
        while agencies()[seen[-1]].escalates_to:
            seen.append(agencies()[seen[-1]].escalates_to)
            assert len(seen) < 5
        assert seen[-1] == "staff"


@pytest.mark.parametrize(
    ("category", "district", "expected"),
    [
        ("road", "1021", ("1021", "works")),
        ("light", "1006", ("1006", "mea")),
        ("flood", "1006", ("1006", "drainage")),
        ("canal", "1006", ("drainage",)),
        ("traffic", "1006", ("traffic", "police")),
        ("wire", "1006", ("mea", "nt")),
        ("water", None, ("mwa",)),
        ("fire", "1006", ("1006", "fire")),
        ("conduct", "1006", ("1555",)),
        ("other", "1006", ("1006",)),
        ("road", None, ("1555", "works")),
        ("road", "9999", ("1555", "works")),
        ("road", "works", ("1555", "works")),
        ("nonsense", "1001", ("1001",)),
    ],
)
def test_who_is_responsible(category: str, district: str | None, expected: tuple[str, ...]) -> None:
    assert responsible(category, district) == expected


def test_the_catalogue_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        categories()["road"] = categories()["other"]  # type: ignore[index]
