"""Remote sessions against the permits that were supplied."""

import pytest
from msgspec.structs import replace

from overlanded.assess import activity, facts, unmet, used
from overlanded.assess.distant import remote
from overlanded.assess.permits import Allowed, held
from overlanded.model.citing import Citation, Locator
from overlanded.model.permits import Permit

MINUTE = 60 * 10**9


def permit(world, number, start, end, *about):
    """From and until in minutes of the crane's first moment."""
    first, last = (world.start + minutes * MINUTE for minutes in (start, end))
    cited = Citation("p-2", "permits.csv", Locator("row", number))
    return Permit(f"permit-{number}", number, "Crane Works", first, last, about, "", "", cited)


def visited(world, start, length):
    one = world.saw(
        world.mac(1), "visit", "s7comm", to=world.mac(2), at=world.start + start * MINUTE
    )
    return replace(one, last=one.first + length * MINUTE)


def router(world, *spans):
    far = world.saw(
        world.mac(1),
        "distance",
        "far",
        to=world.mac(2),
        distance_ms="80",
        from_ms="60",
        until_ms="90",
    )
    return world.declined(far, *(visited(world, *span) for span in spans))


def told(world, device, *permits):
    return held(device, replace(world.context(device), permits=permits))


CASES = [
    ((10, 5), [(0, 60)], Allowed.INSIDE, "inside permit 1"),
    ((10, 5), [(10, 15)], Allowed.INSIDE, "inside permit 1"),
    ((10, 50), [(0, 30), (30, 60)], Allowed.INSIDE, "inside permit 1 and permit 2"),
    ((10, 50), [(0, 30), (40, 60)], Allowed.OUTSIDE, "went on 30 min after the end of permit 1"),
    ((10, 5), [(12, 60)], Allowed.OUTSIDE, "begun 2 min before permit 1"),
    ((10, 5), [(11, 12)], Allowed.OUTSIDE, "begun 1 min before permit 1 and went on 3 min after"),
    (
        (90, 5),
        [(0, 30)],
        Allowed.OUTSIDE,
        "outside any permit supplied: begun 1.0 h after the end of",
    ),
    ((5, 5), [(30, 60)], Allowed.OUTSIDE, "over 20 min before the begin of permit 1"),
    ((10, 5), [], Allowed.UNSUPPLIED, "no permit for it was supplied"),
]


@pytest.mark.parametrize(("span", "permits", "allowed", "words"), CASES)
def test_a_session_is_inside_or_outside(world, span, permits, allowed, words):
    given = [permit(world, str(n), *times) for n, times in enumerate(permits, 1)]
    (one,) = told(world, router(world, span), *given)
    assert one.allowed is allowed
    assert words in one.words
    assert one.citations[0] == one.session.citation
    assert {cited.path for cited in one.citations[1:]} == ({"permits.csv"} if permits else set())


@pytest.mark.parametrize(
    ("about", "allowed"),
    [
        ((), Allowed.OUTSIDE),
        (("10.0.0.1",), Allowed.OUTSIDE),
        (("14.3", "nobody"), Allowed.OUTSIDE),
        (("10.0.0.77",), Allowed.UNSUPPLIED),
    ],
)
def test_a_permit_speaks_of_what_it_names(world, about, allowed):
    (one,) = told(world, router(world, (90, 5)), permit(world, "1", 0, 30, *about))
    assert one.allowed is allowed


def test_several_sessions_seen_as_one_are_not_judged_in_part(world):
    calls = world.saw(
        world.mac(1), "contact", "8.8.8.8", count=4, to=world.mac(3), direction="inbound"
    )
    device = world.declined(calls)
    assert remote(device, world.context(device)) == (calls,)
    (one,) = told(world, device, permit(world, "1", 10, 20))
    assert one.allowed is Allowed.UNTOLD
    (one,) = told(world, device, permit(world, "1", -10, 120))
    assert one.allowed is Allowed.INSIDE


def test_a_clock_that_was_not_set_tells_nothing(world):
    early = world.saw(world.mac(1), "visit", "s7comm", to=world.mac(2), at=10**9)
    (one,) = told(world, world.declined(early), permit(world, "1", 0, 30))
    assert one.allowed is Allowed.UNTOLD


def test_the_answer_tells_each_session(world):
    device = router(world, (10, 5), (90, 5))
    context = replace(world.context(device), permits=(permit(world, "P-1", 0, 30),))
    answer = activity.answer(device, context)
    assert "1 of 2 remote sessions outside any permit supplied" in answer.value
    assert "(inside permit P-1)" in answer.words
    assert "(outside any permit supplied: begun 1.0 h after the end of permit P-1)" in answer.words
    assert "permits.csv" in {cited.path for cited in answer.citations}


def test_every_judged_session_stands_under_a_permit(world):
    device = router(world, (10, 5), (90, 5))
    late, early = permit(world, "2", 200, 260), permit(world, "1", 0, 60)
    context = replace(world.context(device), permits=(late, early))
    first, second = used(context)
    assert (first.number, second.number) == ("1", "2")
    assert [(one.device, one.allowed) for one in first.sessions] == [
        (device.id, "inside"),
        (device.id, "outside"),
    ]
    assert "after the end of permit 1" in first.sessions[1].words
    assert second.sessions == ()
    assert used(world.context(device)) == ()


def test_without_permits_the_answer_says_so(world):
    device = router(world, (10, 5))
    answer = activity.answer(device, world.context(device))
    assert "No permit for that was supplied." in answer.words
    assert "permit" not in answer.value


def test_rules_learn_how_sessions_stand(world):
    device = router(world, (10, 5), (90, 5))
    context = replace(world.context(device), permits=(permit(world, "P-1", 0, 30),))
    assert set(facts(device, context).known["permitted"]) == {"inside", "outside"}


def test_a_permit_for_nothing_known_is_a_gap(world):
    device = router(world, (10, 5))
    given = (permit(world, "1", 0, 30, "the other crane"), permit(world, "2", 0, 30, "10.0.0.1"))
    (gap,) = unmet(replace(world.context(device), permits=given))
    assert "permit 1 speaks of (the other crane)" in gap.what
    assert unmet(world.context(device)) == ()
