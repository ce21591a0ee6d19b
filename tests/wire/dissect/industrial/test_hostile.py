"""All control dissectors on bytes that are not what they claim to be, and on other protocols."""

from __future__ import annotations

import random
import time
from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from overlanded.data import table
from overlanded.wire.dissect.fields import HOSTILE
from overlanded.wire.facts import Sample

from . import test_enip, test_modbus, test_opcua, test_others, test_profinet, test_s7comm
from .helper import CORPUS, corpus, needs_corpus, sample, samples

MODULES = (
    "profinet_dcp", "profinet_cm", "profinet_rt", "cotp", "s7comm", "s7comm_plus", "mms", "modbus",
    "enip", "opcua", "ads", "fins", "srtp", "ethercat", "mrp", "goose", "iec104", "dnp3", "bacnet",
    "slmp", "hartip", "powerlink", "codesys", "egd",
)  # fmt: skip
SEEDS = [
    *(sample(layer, payload) for _, layer, payload, *_ in test_others.CASES),
    *(sample(layer, payload) for _, layer, payload, *_ in test_others.NAMED),
    sample("tcp", test_s7comm.CONNECT + test_s7comm.answer(test_s7comm.component(1, b"x") * 3)),
    sample("tcp", test_modbus.unit(test_modbus.IDENTITY)),
    sample("tcp", test_enip.explicit(b"\x81\0\0\0" + test_enip.IDENTITY)),
    sample("tcp", test_opcua.service(461, test_opcua.ASKED + test_opcua.described("a", "b"))),
    sample("tcp", test_opcua.service(431, test_opcua.ANSWERED + test_opcua.described("a", "b"))),
    sample("eth", test_profinet.dcp(0xFEFF, 5, 1, *test_profinet.STATED)),
    sample("udp", test_profinet.rpc(0, 0, bytes(20) + test_profinet.data(0x0101, bytes(70)))),
]
BOUNDED = settings(max_examples=150, deadline=1000, suppress_health_check=list(HealthCheck))


def survived(one: Sample) -> None:
    words = table("properties")["properties"]
    for module in MODULES:
        try:
            found = import_module(f"overlanded.wire.dissect.{module}").dissect(one)
        except HOSTILE:
            continue
        for fact in found.facts if found else ():
            assert fact.property in words
            assert fact.value.isprintable()


@BOUNDED
@given(st.sampled_from(SEEDS), st.integers(0, 400))
def test_cut(seed: Sample, size: int) -> None:
    survived(replace(seed, payload=seed.payload[:size], complete=False))


@BOUNDED
@given(st.sampled_from(SEEDS), st.randoms(use_true_random=False), st.integers(1, 8))
def test_changed(seed: Sample, chance: random.Random, changes: int) -> None:
    payload = bytearray(seed.payload)
    for _ in range(changes):
        payload[chance.randrange(len(payload))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
    survived(replace(seed, payload=bytes(payload)))


@BOUNDED
@given(st.sampled_from(("eth", "udp", "tcp")), st.binary(max_size=300))
def test_noise(layer: str, payload: bytes) -> None:
    survived(sample(layer, payload))


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.payload[:4].hex())
def test_repeated_many_times_stays_quick(seed: Sample) -> None:
    long = replace(seed, payload=(seed.payload * 4096)[:65536])
    started = time.process_time()
    survived(long)
    assert time.process_time() - started < 2.0


CONTROL_PORTS = {102, 502, 2222, 2404, 5007, 5094, 5095, 9600, 20000, 34964, 44818, 47808, 48898}
OTHERS = [
    path
    for folder in ("ndpi", "zeek-btest", "tcpdump-tests")
    for path in (sorted(corpus(folder).rglob("*.pcap*")) if CORPUS else ())
    if path.suffix in (".pcap", ".pcapng") and path.stat().st_size < 400_000
]


@needs_corpus
def test_no_other_protocol_is_named() -> None:
    """Any-port dissectors over captures of everything else, control ports left out."""
    names = ("s7comm", "s7comm_plus", "mms", "modbus", "enip", "opcua", "ads", "fins", "dnp3",
             "slmp", "codesys", "profinet_cm")  # fmt: skip
    dissectors = [import_module(f"overlanded.wire.dissect.{name}").dissect for name in names]
    named, seen = [], 0
    for path in OTHERS:
        if "dnp3" in path.name:
            continue
        for one in samples(path, 60):
            if one.layer == "eth" or {one.src_port, one.dst_port} & CONTROL_PORTS:
                continue
            seen += 1
            named += [(path.name, one.frame) for dissect in dissectors if _named(dissect, one)]
    assert seen > 4000
    assert named == []


def _named(dissect: object, one: Sample) -> bool:
    try:
        return bool(dissect(one))  # type: ignore[operator]
    except HOSTILE:
        return False
