"""What holds for every answer to every question."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overlanded.assess import QUESTIONS, assess, facts
from overlanded.data import table
from overlanded.model.devices import Question, Standing
from overlanded.model.observing import Subject

BANNED = re.compile(
    r"malicious|tamper|espionage|rogue|spy|backdoor|attack|hack|illegal|unauthori[sz]ed|clean",
    re.IGNORECASE,
)
DETERMINED = {"not determined"}


def test_one_function_for_every_question_in_order(world):
    answers = assess(world.declined(), world.context(world.declined()))
    assert [one.question for one in answers] == list(Question)
    assert len(QUESTIONS) == len(Question)


def test_every_question_says_what_would_change_its_answer():
    assert set(table("assessing")["change"]) == set(Question)


@st.composite
def scenes(draw, world):
    """A device of any standing with any of the things a sensor says, in a case with or without
    papers and sensors.
    """
    one, plc = world.mac(1), world.mac(2)
    said = [
        world.saw(one, "session", "s7comm", count=14, to=plc, functions="read,write"),
        world.saw(one, "distance", "far", to=plc, from_ms="70", until_ms="95", distance_ms="80"),
        world.saw(one, "visit", "s7comm", to=plc),
        world.saw(one, "contact", "rms.example", to=Subject("ip", "8.8.8.8"), direction="outbound"),
        world.saw(one, "contact", "9.9.9.9", to=Subject("ip", "9.9.9.9"), direction="inbound"),
        world.saw(one, "fronts", "10.0.0.50"),
        world.saw(one, "role", "gateway"),
        world.saw(one, "hops", "1", ttl="63 to 64"),
        world.saw(one, "serves", "telnet/tcp/23"),
        world.saw(one, "snmp.version", "2c"),
        world.saw(world.mac(1, "vlan 20"), "vlan", "20"),
        world.saw(one, "place", "+K2"),
    ]
    seen = draw(st.lists(st.sampled_from(said), unique=True))
    standing = draw(st.sampled_from([one for one in Standing if one is not Standing.DECLINED]))
    kind = draw(st.sampled_from(["cellular-gateway", "unknown", "plc", "pc"]))
    records = draw(st.sampled_from([(), (world.option,)]))
    held = ("r1",) if records and standing is not Standing.UNDOCUMENTED else ()
    devices = [
        world.declined(*seen),
        world.device(1, kind, *seen, standing=standing, records=held, searches=("s-1",)),
    ]
    if records:
        devices += [world.missing(), world.missing(Standing.UNKNOWN)]
    device = draw(st.sampled_from(devices))
    coverage = draw(st.sampled_from([(), (world.coverage,)]))
    other = world.device(2, "plc", standing=Standing.DOCUMENTED)
    return device, world.context(device, other, records=records, coverage=coverage)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_nothing_is_asserted_without_proof(world, data):
    device, context = data.draw(scenes(world))
    for answer in assess(device, context):
        assert answer.words
        assert answer.would_change
        assert answer.because or answer.value not in DETERMINED
        assert answer.citations or answer.value in DETERMINED, answer
        assert not BANNED.search(f"{answer.value} {answer.words} {answer.because}"), answer
        assert answer.words[-1] in ".!?)", answer
        assert "  " not in answer.words


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_facts_use_the_vocabulary_and_are_proved(world, data):
    device, context = data.draw(scenes(world))
    known = facts(device, context)
    words = set(table("facts")["facts"])
    assert set(known.known) <= words
    assert known.looked <= words
    for values in known.known.values():
        for value, citations in values.items():
            assert isinstance(value, str)
            assert citations


@pytest.mark.parametrize("standing", list(Standing))
def test_a_record_answer_for_every_standing(world, standing):
    device = world.device(1, "pc", standing=standing, records=("r1",), searches=("s-1",))
    words = {one.question: one for one in assess(device, world.context(device))}
    assert words[Question.RECORD].words
