"""State: in service, removed and by what, not determined."""

import pytest
from msgspec.structs import replace

from overlanded.assess import state
from overlanded.model.citing import Citation, Locator
from overlanded.model.devices import Cluster, Standing
from overlanded.model.observing import Chance, Power, Subject
from overlanded.model.records import RecordStatus
from overlanded.model.statements import Claim, Statement
from overlanded.model.visits import Change, Visit

HERE = Citation("s1", "statements.toml", Locator("line", "3"))
YEAR = 365 * 86_400 * 10**9


def says(value):
    claims = (Claim("removed", value),)
    return Statement("st-1", "A. Person", "port", "", "As quoted.", ("14.3",), claims, HERE)


def photographed(world, place, *, at=None):
    """A router that one label shows, at a place."""
    label = Subject("label", "bag.jpg 1")
    seen = (
        world.saw(label, "serial", "1100233817", at=at or world.start),
        world.saw(label, "place", place, at=at or world.start),
    )
    device = world.declined()
    return replace(device, cluster=Cluster((label,), (), seen))


@pytest.mark.parametrize(
    ("place", "gone"),
    [
        ("evidence bag 3", True),
        ("Bag 12, harbour master", True),
        ("port warehouse, shelf 4", True),
        ("证物袋 3", True),
        ("E-house +K2", False),
        ("box girder, sea side", False),
        ("junction box X12", False),
        ("配电箱", False),
        ("", False),
    ],
)
def test_places_that_are_on_no_crane(place, gone):
    assert state.off_crane(place) is gone


def test_a_piece_in_a_bag_is_removed_and_says_by_what_it_is_known(world):
    device = photographed(world, "evidence bag 3")
    answer = state.answer(device, world.context(device))
    assert answer.value == "removed (by 2023-11-14)"
    assert "It is known from span.pcapng." in answer.words
    assert answer.citations


def test_a_photo_in_a_cabinet_says_nothing_of_its_state(world):
    device = photographed(world, "+K2")
    assert state.answer(device, world.context(device)).value == "not determined"


def test_a_paper_alone_makes_it_removed_and_its_day_comes_from_the_notes(world):
    device = replace(world.missing(Standing.DOCUMENTED), device_class="cellular-gateway")
    line = replace(world.option, status=RecordStatus.REMOVED)
    context = world.context(device, records=(line,))
    assert state.answer(device, context).value == "removed"
    paper, *rest = context.items
    dated = replace(context, items=(replace(paper, collected_at="2021-03-02"), *rest))
    assert state.answer(device, dated).value == "removed (by 2021-03-02)"


def test_a_statement_alone_is_a_claim(world):
    device = world.missing(Standing.DOCUMENTED)
    context = replace(world.context(device), statements=(says("yes"),))
    answer = state.answer(device, context)
    assert answer.value == "removed, claimed by the port"
    assert answer.citations == (HERE,)
    denied = replace(context, statements=(says("no"),))
    assert state.answer(device, denied).value == "not determined"


def test_what_was_seen_in_service_before_it_lay_in_a_bag_is_removed(world):
    device = world.declined()
    assert state.answer(device, world.context(device)).value.startswith("in service")
    label = Subject("label", "bag.jpg 1")
    late = world.saw(label, "place", "evidence bag 3", at=world.start + YEAR)
    early = replace(late, first=world.start - YEAR, last=world.start - YEAR)
    for seen, value in ((late, "removed (by 2024-11-13)"), (early, "in service")):
        cluster = replace(device.cluster, observations=(*device.cluster.observations, seen))
        found = state.answer(replace(device, cluster=cluster), world.context(device))
        assert found.value.startswith(value)


def test_what_an_old_text_names_and_later_sensors_did_not_show(world):
    old = tuple(
        world.saw(world.mac(1), name, "m2m.example", at=world.start - YEAR)
        for name in ("apn", "sim")
    )
    device = replace(world.declined(), cluster=Cluster((world.mac(1),), (), old))
    sure = Power(Chance(0.8, 0.9, 0.95), Chance(0.5, 0.6, 0.7))
    for seen, value in ((0.9, "not seen since 2022-11-14"), (0.2, "not determined")):
        power = replace(sure, seen=replace(sure.seen, middle=seen))
        context = replace(world.context(device), power={"cellular-gateway": power})
        assert state.answer(device, context).value == value
    assert state.answer(device, replace(context, coverage=())).value == "not determined"


def test_a_later_visit_that_did_not_see_it_is_told(world):
    device = world.declined()
    change = Change("d-1", "vanished", "factory visit", "", "", "it was not seen there.", (HERE,))
    visits = (Visit("site visit", "site", None, None, (), (change,)),)
    answer = state.answer(device, replace(world.context(device), visits=visits))
    assert answer.words.endswith("It was not seen there.")


def missed(world, day):
    """The router that people saw in a cabinet, and a visit that opened it and did not see it."""
    label = Subject("label", "sheet.xlsx 2")
    seen = world.saw(label, "inspected", "2023-11-14", place="+K2")
    device = replace(world.declined(), cluster=Cluster((label,), (), (seen,)))
    on = world.start + day * 86_400 * 10**9
    change = Change("d-1", "vanished", "site visit", "", "", "it was not seen there.", (HERE,))
    visits = (Visit("later visit", "site", on, on, (), (change,)),)
    return device, replace(world.context(device), visits=visits)


def test_what_a_later_visit_should_have_shown_is_not_seen_since(world):
    answer = state.answer(*missed(world, 9))
    assert answer.value == "not seen since the site visit"
    assert answer.words.startswith("It was not seen there. It may have been removed")
    assert answer.citations == (HERE,)
    assert state.answer(*missed(world, -9)).value == "not determined"


@pytest.mark.parametrize(
    ("claim", "value"),
    [("yes", "removed, claimed"), ("2020-01-01", "not determined"), ("2024-01-01", "removed, cl")],
)
def test_a_claim_that_it_was_removed_before_it_was_seen_is_not_its_state(world, claim, value):
    device, context = missed(world, -9)
    context = replace(context, statements=(says(claim),))
    assert state.answer(device, context).value.startswith(value)
