"""Drawn cranes say when their pieces were fitted, and their sheets and photos agree with it."""

import pytest
from lab.compose import compose

from lab import scenario

EQUIPMENT = dict.fromkeys(
    ("plc", "remote-io", "drive", "hmi", "cms-server", "engineering-station", "switch", "firewall"),
    1,
)
SHEETS = {"visits": 3, "opened": 0.7, "photos": 2}


def crane(seed, sheets=SHEETS, *planted):
    part = {"equipment": EQUIPMENT, "planted": list(planted), "papers": {"form": "plain"}}
    data = {"scenario": "test", "seconds": 60, "draw": {**part, "inspections": sheets}}
    return compose(data, seed)


def rows(made):
    """(day, cabinet, state, device or nothing) of every row of every sheet."""
    for sheet in made["inspections"]:
        day = sheet["rows"][0]["date"]
        yield from (
            (day, row["cabinet"], row["state"], row.get("device", "")) for row in sheet["rows"]
        )


@pytest.mark.parametrize("seed", range(8))
def test_sheets_and_photos_show_what_was_fitted_by_then(seed):
    made = crane(seed, SHEETS, "dormant-router", "router-engineer")
    assert list(scenario.problems(scenario.parse(made))) == []
    devices = {one["id"]: one for one in made["devices"]}
    for day, cabinet, state, name in rows(made):
        assert not name or devices[name]["installed"]["on"] < day
        assert not name or (cabinet, state) == (devices[name]["place"], "opened")
    for photo in made["photos"]:
        name = photo["file"].removeprefix("label-").removesuffix(".jpg")
        assert devices[name]["installed"]["on"] <= photo["taken"][:10]


@pytest.mark.parametrize("seed", range(8))
def test_the_truth_lies_in_what_the_sheets_allow(seed):
    installed = [one["installed"] for one in crane(seed)["devices"] if "installed" in one]
    assert sum("before" in one for one in installed) > len(installed) / 2
    for one in installed:
        assert one.get("after", "") <= one["on"] <= one.get("before", "~")


def test_what_was_overlooked_makes_the_sheets_wrong():
    wrong = [
        one
        for seed in range(8)
        for one in (
            device.get("installed", {})
            for device in crane(seed, SHEETS | {"overlooked": 0.5})["devices"]
        )
        if one.get("after", "") > one.get("on", "~")
    ]
    assert wrong


def test_the_crane_s_own_pieces_come_from_the_works_and_planted_ones_from_any_time():
    days = {"own": set(), "planted": set()}
    for seed in range(12):
        for one in crane(seed, SHEETS, "dormant-router")["devices"]:
            if "installed" in one:
                days["own" if one["id"].startswith(("plc", "hmi")) else "planted"].add(
                    one["installed"]["on"]
                )
    assert max(days["own"]) < "2019-04-12" < max(days["planted"])


def test_without_sheets_there_is_a_day_and_no_paper_about_it():
    made = crane(1, {})
    assert (made["inspections"], made["photos"]) == ([], [])
    assert all(set(one["installed"]) == {"on"} for one in made["devices"] if "installed" in one)


def test_sheets_change_nothing_else():
    plain, with_sheets = crane(3, {}), crane(3)
    drop = {"inspections", "photos", "devices"}
    assert {k: v for k, v in plain.items() if k not in drop} == {
        k: v for k, v in with_sheets.items() if k not in drop
    }
    assert [one["nics"] for one in plain["devices"]] == [
        one["nics"] for one in with_sheets["devices"]
    ]
