"""What dhcp, arp, known_devices, software and plain logs say."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.data import table
from overlanded.model.identifiers import mac_text
from overlanded.wire.dissect.fields import names_card, names_host
from overlanded.wire.facts import Fact, Recognised
from overlanded.wire.zeek.row import NOBODY, Row, Said, Seen, Told
from overlanded.wire.zeek.values import mac

SENT, CLAIMED = 1, 2
"""``how`` of the sightings."""


def plain(row: Row) -> Iterator[Said]:
    """What the kind's entry in ``data/zeek.toml`` says of its fields, and nothing more."""
    entry = row.entry
    facts: dict[str, list[Fact]] = {"orig": [], "resp": []}
    for field, statement in entry.get("says", {}).items():
        end, word = statement.split()
        value = row.text(field)
        value = value.lower() if field in entry.get("lower", ()) else value
        facts[row.sender if end == "sender" else end].append(Fact("src", word, value))
    used = [
        table("zeek")["functions"][names].get(row.text(field).removesuffix("_EXCEPTION"), "")
        for field, names in entry.get("functions", {}).items()
    ]
    functions = tuple(dict.fromkeys(word for word in used if word))
    protocol = entry["protocol"]
    if entry.get("only_ports") and row.port("id.resp_p") not in entry["only_ports"]:
        protocol = ""
    asks, sender = row.sender == "orig", row.sender
    opener = "src" if asks else "dst"
    yield Said(sender, Recognised(protocol, tuple(facts[sender]), opener, functions))
    other = "resp" if asks else "orig"
    if any(fact.value for fact in facts[other]) or row.text(entry.get("answers", "")):
        opener = "dst" if other == "resp" else "src"
        yield Said(other, Recognised(protocol, tuple(facts[other]), opener))


def dhcp(row: Row) -> Iterator[Said]:
    """What a client says of itself and got, and that a server answered; one row may have both."""
    card = mac(row.text("mac"))
    about = f"mac:{mac_text(card)}" if card and names_card(mac_text(card)) else ""
    kinds, given = row.many("msg_types"), row.text("assigned_addr") or row.text("assigned_ip")
    bound = ("ACK" in kinds or not kinds) and names_host(given)
    held = row.text("client_addr")
    client = [
        Fact(about or "src", "hostname", row.text("host_name").lower()),
        Fact(about or "src", "hostname", row.text("client_fqdn").lower()),
        Fact(about or "src", "dhcp.vendor-class", row.text("client_software")),
    ]
    if about:
        client += [Fact(about, "address", held)] if names_host(held) else []
        client += [Fact(about, "address", given)] if bound else []
    yield Said("orig", Recognised("dhcp", tuple(client), "src"))
    if set(kinds) & {"OFFER", "ACK"} or (not kinds and given):
        yield Said("resp", Recognised("dhcp", tuple(_handed_out(row, given, about)), "dst"))


def _handed_out(row: Row, given: str, client: str) -> Iterator[Fact]:
    yield Fact("src", "role", "dhcp-server")
    if row.text("domain"):
        yield Fact("src", "offers", f"domain {row.text('domain').lower()}")
    if names_host(given):
        yield Fact("src", "offers", f"lease {given}", client)


def known_devices(row: Row) -> Iterator[Told]:
    """A MAC, and the name that DHCP knows it by."""
    card = mac(row.text("mac"))
    yield Seen(card, NOBODY, SENT)
    named = row.text("dhcp_host_name").lower()
    if card and named and names_card(mac_text(card)):
        fact = Fact(f"mac:{mac_text(card)}", "hostname", named)
        yield Said("host", Recognised("", (fact,)))


def arp(row: Row) -> Iterator[Seen]:
    """The sender's address as it claims it; a probe (sender 0.0.0.0) claims none."""
    names = table("zeek")["arp"]
    card = next((mac(row.text(field)) for field in names["mac"] if row.text(field)), 0)
    held = next((row.ip(field) for field in names["address"] if row.text(field)), NOBODY)
    if card:
        yield Seen(card, held, CLAIMED if names_host(_text(row, names["address"])) else SENT)


def _text(row: Row, fields: list[str]) -> str:
    return next((row.text(field) for field in fields if row.text(field)), "")


def software(row: Row) -> Iterator[Said]:
    """A program that a host was seen to run, as it names itself."""
    word = table("zeek")["software"].get(row.text("software_type"), "")
    if word:
        yield Said("host", Recognised("", (Fact("src", word, row.text("unparsed_version")),)))
