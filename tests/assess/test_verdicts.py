"""Claims held against the evidence: one row of verdicts.toml each."""

import tomllib
from pathlib import Path

import pytest
from msgspec.structs import replace

from overlanded.assess.verdicts import CHECKS, weighed, worded
from overlanded.data import table
from overlanded.model.citing import Citation, Locator
from overlanded.model.devices import Standing
from overlanded.model.records import RecordStatus
from overlanded.model.statements import Claim, Statement, Verdict
from overlanded.model.visits import Change, Visit

CASES = tomllib.loads((Path(__file__).parent / "verdicts.toml").read_text("utf-8"))["case"]
HERE = Citation("s1", "statements.toml", Locator("line", "3"))


def statement(claims, about=("14.3",), date="", number=1):
    return Statement(
        f"st-{number}", "A. Person", "maker", date, "As quoted.", about, tuple(claims), HERE
    )


def held(world, case):
    """The bearings of one case's claim, and the gaps."""
    extra = [world.saw(world.mac(1), *one) for one in case.get("seen", ())]
    if case.get("far"):
        far = {"from_ms": "70", "until_ms": "95", "distance_ms": "80"}
        extra.append(world.saw(world.mac(1), "distance", "far", to=world.mac(2), **far))
    if "notes" in case:
        extra.append(world.saw(world.mac(1), "inspected", "2023-11-14", notes=case["notes"]))
    device = world.declined(*extra)
    record = replace(world.option, status=RecordStatus(case.get("record", "declined")))
    standing = Standing(case.get("standing", "DECLINED"))
    records = () if standing is Standing.UNDOCUMENTED else device.records
    device = replace(device, standing=standing, records=records)
    claims = [Claim(kind, value) for kind, value in case["claim"].items()]
    said = statement(claims, ("cellular-gateway 1",), case.get("date", ""))
    context = replace(world.context(device, records=(record,)), statements=(said,))
    return weighed((device,), context)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_claim_stands_as_the_evidence_says(world, case):
    (given,), gaps = held(world, case)
    (bearing,) = given.bears_on
    assert bearing.verdict == case["verdict"]
    assert case["says"] in bearing.words
    assert {cited.path for cited in bearing.citations} == set(case["cited"])
    assert gaps == ()


@pytest.mark.parametrize(
    ("claim", "date", "verdict", "says"),
    [
        ("yes", "", "supported", "it was not seen there"),
        ("yes", "2024-01-01", "supported", "it was not seen there"),
        ("yes", "2023-11-20", "untested", "when it went is open"),
        ("2023-11-20", "2024-01-01", "untested", "when it went is open"),
        ("no", "", "untested", "when it went is open"),
    ],
)
def test_a_visit_that_should_have_shown_it_speaks_for_its_removal(
    world, claim, date, verdict, says
):
    device = world.declined()
    on = world.start + 9 * 86_400 * 10**9
    change = Change(device.id, "vanished", "site visit", "", "", "it was not seen there.", (HERE,))
    said = statement([Claim("removed", claim)], ("cellular-gateway 1",), date)
    visits = (Visit("later visit", "site", on, on, (), (change,)),)
    context = replace(world.context(device), statements=(said,), visits=visits)
    ((given,), _) = weighed((device,), context)
    assert (given.bears_on[0].verdict, says in given.bears_on[0].words) == (verdict, True)
    assert given.bears_on[0].citations == (HERE,)


def test_every_verdict_but_untested_cites_something(world):
    for case in CASES:
        (given,), _ = held(world, case)
        for bearing in given.bears_on:
            assert bearing.citations or bearing.verdict is Verdict.UNTESTED


def test_every_claim_of_the_vocabulary_can_be_held_against_the_evidence():
    assert set(CHECKS) == set(table("statements")["claim"])
    assert {kind for case in CASES for kind in case["claim"]} == set(CHECKS)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("connected", "no", "it was not connected to the outside"),
        ("connected", "yes", "it was connected to the outside"),
        ("removed", "yes", "it was removed"),
        ("removed", "2023-05-01", "it was removed by 2023-05-01"),
        ("removed", "no", "it was not removed"),
        ("purpose", "diagnostics {0}", "it is for “diagnostics {0}”"),
    ],
)
def test_claims_in_words(kind, value, words):
    assert worded(Claim(kind, value)) == words


def test_what_is_about_no_device_is_a_gap(world):
    device = world.declined()
    said = statement([Claim("connected", "no")], ("no such thing",))
    given, gaps = weighed((device,), replace(world.context(device), statements=(said,)))
    assert given[0].bears_on == ()
    assert gaps[0].what == "equipment that the maker speaks of (no such thing)"
    assert gaps[0].citation == HERE


def test_a_statement_about_nothing_in_particular_bears_on_nothing(world):
    device = world.declined()
    said = statement([Claim("connected", "no")], ())
    given, gaps = weighed((device,), replace(world.context(device), statements=(said,)))
    assert (given, gaps) == ((said,), ())
