"""The list of dissectors: whole, in the vocabulary, total over hostile bytes, and quick."""

from __future__ import annotations

import random
import re
import time
import tomllib
from importlib.resources import files

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from overlanded.wire.dissect import CARDS, LONGEST_VALUE, Card, dissector, recognise
from overlanded.wire.facts import Sample

from . import test_link, test_names, test_remote, test_web
from .helper import CORPUS, corpus, made, needs_corpus, samples

SEEDS = [
    case.sample for part in (test_link, test_names, test_remote, test_web) for case in part.CASES
]
SEEDS += [made("tcp", test_web.hello()), made("udp", test_web.initial(1, test_web.crypto(0, b"")))]
ABOUT = re.compile(r"src|dst|ip:[0-9a-f.:]+|mac:[0-9a-f]{2}(:[0-9a-f]{2}){5}")
PORTS = sorted({number for card in CARDS for number in card.numbers})
BOUNDED = settings(max_examples=300, deadline=500, suppress_health_check=list(HealthCheck))


def vocabulary(name: str) -> set[str]:
    return set(tomllib.loads(files("overlanded.data").joinpath(f"{name}.toml").read_text())[name])


PROPERTIES, PROTOCOLS = vocabulary("properties"), vocabulary("protocols")


@pytest.mark.parametrize("card", CARDS, ids=lambda card: f"{card.layer}-{card.name}")
def test_every_card_leads_to_a_dissector(card: Card) -> None:
    assert callable(dissector(card.module))
    assert card.layer in ("eth", "llc", "ip", "udp", "tcp")
    assert card.numbers or card.anywhere


def test_no_card_is_listed_twice() -> None:
    assert len({(card.name, card.layer) for card in CARDS}) == len(CARDS)


def sound(one: Sample) -> None:
    """What holds for any sample: a result in the vocabulary, bounded, about somebody."""
    found = recognise(one)
    if found is None:
        return
    assert found.protocol in PROTOCOLS
    assert found.opener in ("", "src", "dst")
    assert len(set(found.facts)) == len(found.facts)
    for fact in found.facts:
        assert fact.property in PROPERTIES
        assert fact.value
        assert len(fact.value) <= LONGEST_VALUE
        assert fact.value.isprintable()
        assert ABOUT.fullmatch(fact.about)
        assert not fact.object or ABOUT.fullmatch(fact.object)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.layer}-{seed.payload[:4].hex()}")
def test_every_length_of_a_payload_is_survived(seed: Sample) -> None:
    for size in range(min(len(seed.payload), 400)):
        sound(replace(seed, payload=seed.payload[:size], complete=False))


@BOUNDED
@given(st.sampled_from(SEEDS), st.randoms(use_true_random=False), st.integers(1, 12))
def test_changed_payloads_are_survived(seed: Sample, chance: random.Random, changes: int) -> None:
    payload = bytearray(seed.payload)
    for _ in range(changes):
        payload[chance.randrange(len(payload))] = chance.choice(
            (0, 1, 0x7F, 0x80, 0xC0, 0xFF, chance.randrange(256))
        )
    sound(replace(seed, payload=bytes(payload)))


@BOUNDED
@given(
    st.binary(max_size=600),
    st.sampled_from(("eth", "llc", "ip", "udp", "tcp")),
    st.sampled_from(PORTS),
    st.booleans(),
)
def test_any_bytes_are_survived(payload: bytes, layer: str, number: int, client: bool) -> None:
    sound(made(layer, payload, proto=number, src_port=number, dst_port=number, from_client=client))


@pytest.mark.parametrize(
    "filler", [b"\0", b"\xff", b"\xc0\x0c", b"a", b"\x30\x82", b"<x:Types ", b" SSH-", b"\xff\xfa"]
)
@pytest.mark.parametrize(
    "seed", SEEDS[::7], ids=lambda seed: f"{seed.layer}-{seed.payload[:4].hex()}"
)
def test_long_payloads_take_bounded_time(seed: Sample, filler: bytes) -> None:
    long = seed.payload + filler * (65_536 // len(filler))
    start = time.process_time()
    for number in PORTS[:40]:
        recognise(replace(seed, payload=long, src_port=number))
    assert time.process_time() - start < 2.0


@needs_corpus
@pytest.mark.parametrize("folder", ["ndpi", "zeek-btest", "malformed-pcap", "tcpdump-tests"])
def test_real_and_broken_captures_stay_in_the_vocabulary(folder: str) -> None:
    assert CORPUS
    seen = 0
    for path in sorted(corpus(folder).rglob("*.pcap*")):
        if path.is_file() and path.stat().st_size < 2_000_000:
            try:
                found = samples(path)
            except IndexError:
                continue  # the small reader of the tests gives up on it
            for one in found[:300]:
                sound(one)
                seen += 1
    assert seen
