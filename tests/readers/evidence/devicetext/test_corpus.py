"""Quality on real outputs and configurations: how much is read right, and what is missed.

The outputs are those of ntc-templates with their expected rows; the configurations those that
oxidized keeps. The misses are listed, each with its reason.
"""

import os
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parent))
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.model.observing import Observation
from overlanded.readers.evidence.devicetext import choosing, read, sniff, templates
from overlanded.readers.evidence.devicetext.text import read as lines_of

CORPUS = Path(os.environ.get("OVERLANDED_CORPUS") or "/nonexistent")
OUTPUTS, CONFIGS = (
    CORPUS / "cli-ntc" / "tests",
    CORPUS / "config-oxidized" / "spec" / "model" / "data",
)
pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="OVERLANDED_CORPUS names no corpus of device text"
)


@cache
def pairs():
    wanted = {one.name: one for one in templates.wanted()}
    found = []
    for raw in sorted(OUTPUTS.glob("*/*/*.raw")):
        platform, command = raw.parts[-3:-1]
        template = wanted.get(f"{platform}_{command}") or next(
            (
                one
                for one in templates.by_command(command.replace("_", " "))
                if re.fullmatch(one.platform, platform)
            ),
            None,
        )
        if template:
            want = yaml.safe_load(raw.with_suffix(".yml").read_text())["parsed_sample"]
            found.append((raw, template, want))
    return found


def plain(rows):
    """Rows with *nothing* as the expected files write it."""
    return [
        {
            name: [str(one) for one in cell] if isinstance(cell, list) else cell
            for name, cell in row.items()
        }
        for row in rows
    ]


def text_of(raw):
    return [line.text for line in lines_of(raw.read_bytes()).lines]


def test_every_output_of_a_wanted_command_parses_to_its_expected_rows():
    assert len(pairs()) >= 320
    read_as = {raw.stem: plain(templates.parse(made, text_of(raw))) for raw, made, _ in pairs()}
    wanted = {raw.stem: want for raw, _, want in pairs()}
    assert [name for name in read_as if read_as[name] != wanted[name]] == []


def test_the_command_alone_finds_the_template_or_one_as_good():
    kinds = Counter()
    for raw, template, _ in pairs():
        read_as = choosing.read(raw.parts[-2].replace("_", " "), text_of(raw))
        kinds[read_as is not None and read_as.template.kind == template.kind] += 1
    print(f"\nby command: {kinds[True]} of {kinds.total()} outputs as the right kind of table")
    assert kinds[True] >= 0.98 * kinds.total()


def test_content_alone_finds_most():
    kinds, missed = Counter(), []
    for raw, template, _ in pairs():
        read_as = choosing.read("", text_of(raw))
        right = read_as is not None and read_as.template.kind == template.kind
        kinds[right] += 1
        missed += [] if right else [raw.stem]
    print(f"\nby content: {kinds[True]} of {kinds.total()}; missed: {', '.join(missed)}")
    assert kinds[True] >= 0.93 * kinds.total()


def test_most_outputs_are_taken_even_without_a_prompt():
    taken = Counter(sniff(raw.read_bytes()[:4096], "x") for raw, _, _ in pairs())
    print(f"\ntaken without a prompt: {taken[True]} of {taken.total()}")
    assert taken[True] >= 0.85 * taken.total()


NOTHING = {
    "nxos_dummy": "a text about a configuration that was left out",
    "quantaos_snippets": "one line of prose",
    "sonicos_snippets": "one line of comment",
}
"""Backups of which nothing is told, and why."""
LINES = {"interface": r"^interface \S", "address": r"^\s+ip(?:v[46])? address [\da-f]+[.:]"}
"""What a plain search counts in configurations in blocks."""


def told(path):
    item = EvidenceItem("e-1", path.name, "00", 1, "devicetext", Side.EVIDENCE, 1)
    found = [one for one in read(item, path.read_bytes()) if isinstance(one, Observation)]
    return Counter(one.property for one in found)


def test_every_configuration_loads_and_those_that_tell_nothing_are_listed():
    paths = sorted(CONFIGS.glob("*_output.txt"))
    assert len(paths) == 61
    empty = {path.name for path in paths if not told(path)}
    assert {name for name in empty if not name.startswith(tuple(NOTHING))} == set()
    assert len(empty) == len(NOTHING)


@pytest.mark.parametrize(
    "name",
    [
        "aoscx_6000", "aoscx_8325H", "aoscx_CX6000", "aoscx_R0X25A", "aoscx_R8N85A", "asa_5512", "efos",
        "eos", "fsos", "ios_C9200L", "ios_C9800", "ios_asr920", "ironware", "smartbyte",
    ],
)  # fmt: skip
def test_counts_agree_with_a_plain_search(name):
    (path,) = CONFIGS.glob(f"{name}*_output.txt")
    text, found = path.read_text(errors="replace"), told(path)
    for word, pattern in LINES.items():
        assert found[word] == len(re.findall(pattern, text, re.MULTILINE)), word


COUNTS = {
    "aoscx_CX10000_10.16": {"model": 1, "serial": 0},
    "aoscx_CX6300_10.16.1020_env": {"model": 1, "serial": 0},
    "eatonnetwork_NetworkM3": {"hostname": 1, "address": 5, "firmware": 1},
    "fortigate_FortiGate-501E": {"interface": 4, "address": 3},
    "h3c_5130-48G": {"model": 1, "firmware": 1},
    "junos_srx300_22.4_wo": {"user": 3, "nat": 4, "address": 1},
    "opnsense_nano_23.7": {"user": 2, "interface": 3, "hostname": 1},
    "pfsense_CE": {"user": 1, "interface": 2, "address": 1},
    "routeros_L009UiGS": {"interface": 5, "address": 1, "nat": 1, "serial": 1},
    "routeros_RB5009": {"interface": 8, "address": 1, "nat": 1, "serial": 1},
    "saos10": {"hostname": 1, "firmware": 1, "model": 1, "order-number": 1, "mac": 1, "serial": 0},
}
"""Counted by eye."""


@pytest.mark.parametrize("name", COUNTS)
def test_counts_of_other_dialects(name):
    (path,) = CONFIGS.glob(f"{name}*_output.txt")
    found = told(path)
    assert {word: found[word] for word in COUNTS[name]} == COUNTS[name]
