"""Access rules of a configuration, in one form whatever dialect they are written in.

A rule is told as ``filter``, with its list, its place in it, what it does (``permit``, ``deny``)
and for whom: ``source`` and ``target`` as CIDR or ``any``, the interfaces ``into`` and ``out`` if
it names them, and its ``share``: ``all`` traffic between the two, ``some`` of it, or ``unread``
where its form is not understood. ``filter-at`` tells where a list applies. Only what opens a
connection counts: rules for answers, and for protocols without sessions, are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_network

from msgspec import Struct
from msgspec.structs import replace

from overlanded.data import table
from overlanded.readers.evidence.devicetext.settings import DEPTH
from overlanded.readers.evidence.devicetext.text import Line
from overlanded.readers.evidence.devicetext.told import Told

ANY = "any"
THROUGH = "through"
"""Way of a list that applies to all that is passed on, not to one interface."""
UNREAD = "unread"
"""Share of a rule that is not understood, and the name of the list of those of a form not read."""
Words = dict[str, str]


class Rule(Struct, frozen=True):
    """One rule in the common form."""

    line: int
    text: str
    list: str
    action: str
    source: str = ANY
    target: str = ANY
    share: str = "all"
    into: str = ""
    out: str = ""
    shown: str = ""
    """What of its line a citation shows, where that is not the text."""

    def told(self, order: int) -> Told:
        """The same as a statement of the unit."""
        parts = {
            "list": self.list,
            "order": f"{order:05}",
            "action": self.action,
            "source": self.source,
            "target": self.target,
            "share": self.share,
            "into": self.into,
            "out": self.out,
        }
        shown = self.shown or self.text
        return Told("filter", self.text, self.line, shown, None, _detail(parts))


def told(lines: Sequence[Line], dialect: str) -> Iterator[Told]:
    """The rules of a configuration in their order, and where their lists apply."""
    read = DIALECTS.get(dialect)
    most = table("configurations")["filters"]["most"]
    made = [*(read(lines) if read else ()), *_unread(lines, dialect)]
    for order, one in enumerate(made[:most]):
        yield one.told(order) if isinstance(one, Rule) else one
    if len(made) > most:
        yield from _not_read(made[most].line, f"{len(made) - most:,} further rules")


def _detail(parts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, text) for name, text in parts.items() if text))


def _at(line: int, text: str, name: str, way: str, interface: str = "") -> Told:
    detail = _detail({"way": way, "interface": interface})
    return Told("filter-at", name, line, text, None, detail)


# ── Access lists: Cisco IOS, NX-OS and ASA, Arista, Perle ───────────────────────────────────────

LISTED = re.compile(
    r"^(?:(?:ip|ipv4) access-list (?:extended |standard )?(?P<block>\S+) › (?:seq )?(?:\d+ )?"
    r"|access-list (?P<list>\S+) (?:line \d+ )?(?P<masks>extended )?)(?P<rule>(?:permit|deny)\b.*)",
    re.IGNORECASE,
)
GROUP = re.compile(
    r"^interface (?P<interface>[^›]+) › (?:ip|ipv4) access-group (?P<list>\S+) (?P<way>in|out)",
    re.IGNORECASE,
)
NAMED = re.compile(
    r"^access-group (?P<list>\S+) (?P<way>in|out) interface (?P<name>\S+)", re.IGNORECASE
)
NAME = re.compile(r"^interface (?P<interface>[^›]+) › nameif (?P<name>\S+)", re.IGNORECASE)


def _lists(lines: Sequence[Line]) -> Iterator[Rule | Told]:
    last: dict[str, Rule] = {}
    names: Words = {}
    for line in lines:
        if found := LISTED.match(line.text):
            name = found["block"] or found["list"]
            text = " ".join(found["rule"].split())
            masks = bool(found["masks"])
            if (rule := _listed(line.number, name, text, masks=masks)) is not None:
                yield rule
            end = f"all that list {name} does not permit is refused"
            # What no rule permits is refused (Cisco IOS Security Configuration Guide).
            last[name] = Rule(line.number, end, name, "deny", shown=text)
        elif found := NAME.match(line.text):
            names[found["name"]] = found["interface"].strip()
        elif found := GROUP.match(line.text):
            where = found["interface"].strip()
            yield _at(line.number, found[0], found["list"], found["way"].lower(), where)
        elif found := NAMED.match(line.text):
            where = names.get(found["name"], found["name"])
            yield _at(line.number, found[0], found["list"], found["way"].lower(), where)
    yield from last.values()


def _listed(line: int, name: str, text: str, *, masks: bool) -> Rule | None:
    """A rule of an access list; None when it is not about the opening of sessions."""
    action, *words = text.lower().split()
    known = table("configurations")["filters"]
    extended = bool(words) and words[0].isalnum() and words[0] != ANY and words[0] != "host"
    proto = words.pop(0) if extended else "ip"
    rule = Rule(line, text, name, action)
    if proto in known["sessionless"] or "established" in words or "inactive" in words:
        return None
    source = _address(words, masks=masks)
    narrow = _ports(words)
    target = _address(words, masks=masks) if extended else ANY
    narrow = _ports(words) or narrow
    if not source or not target:
        return replace(rule, share=UNREAD)
    left = [word for word in words if not re.match(known["harmless"], word)]
    share = "some" if narrow or left or proto not in known["everything"] else "all"
    return replace(rule, source=source, target=target, share=share)


def _address(words: list[str], *, masks: bool) -> str:
    """The range that the next words name, taken from them; empty when they are not understood."""
    if not words:
        return ""
    first = words.pop(0)
    if first in (ANY, "any4"):
        return ANY
    if first == "host":
        return _cidr(words.pop(0)) if words else ""
    if words and re.fullmatch(r"[\d.]{7,15}", words[0]):
        other = words.pop(0)
        # Access lists name the bits that may differ; a firewall (`extended`) the mask itself.
        return _cidr(f"{first}/{other if masks else _turned(other)}")
    return _cidr(first)


def _turned(wildcard: str) -> str:
    """The mask of a wildcard; itself when it is none."""
    parts = wildcard.split(".")
    right = all(part.isdecimal() and int(part) < 256 for part in parts)
    return ".".join(str(255 - int(part)) for part in parts) if right else wildcard


def _cidr(text: str) -> str:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return ""
    return str(network) if network.prefixlen else ANY


def _ports(words: list[str]) -> bool:
    """Whether the next words narrow the rule to ports, taken from them."""
    taken = {"eq": 2, "neq": 2, "gt": 2, "lt": 2, "range": 3}
    count = taken.get(words[0], 0) if words else 0
    del words[:count]
    return count > 0


# ── RouterOS: /ip firewall filter, chain forward ────────────────────────────────────────────────

PAIR = re.compile(r"(?<=\s)([\w-]+)=(\S+)")
FORWARD = "forward"


def _menus(lines: Sequence[Line]) -> Iterator[Rule | Told]:
    members: dict[str, list[str]] = {}
    rules: list[tuple[Line, Words]] = []
    for line in lines:
        pairs = dict(PAIR.findall(line.text))
        if line.text.startswith("/interface list member add"):
            members.setdefault(pairs.get("list", ""), []).append(pairs.get("interface", ""))
        elif line.text.startswith("/ip firewall filter add") and pairs.get("chain") == FORWARD:
            rules.append((line, pairs))
    for line, pairs in rules:
        yield from _menu_rule(line, pairs, members)
    if rules:
        yield _at(rules[0][0].number, "chain=forward", FORWARD, THROUGH)


def _menu_rule(line: Line, pairs: Words, members: Mapping[str, Sequence[str]]) -> Iterator[Rule]:
    known = table("configurations")["filters"]
    action = known["actions"].get(pairs.get("action", "accept"), UNREAD)
    states = pairs.get("connection-state", "new")
    idle = pairs.get("disabled") == "yes" or pairs.get("protocol") in known["sessionless"]
    if action == "none" or idle or ("!" not in states and "new" not in states.split(",")):
        return
    rule = Rule(line.number, line.text.removeprefix("/ip firewall filter add "), FORWARD, action)
    source, target = (_range(pairs.get(f"{end}-address", ANY)) for end in ("src", "dst"))
    intos, outs = (_ends(pairs, end, members) for end in ("in", "out"))
    if action == UNREAD or not (source and target and intos and outs):
        action = "permit" if action == UNREAD else action
        yield replace(rule, action=action, share=UNREAD)
        return
    plain = {*known["plain"], *(["connection-state"] if states == "new" else [])}
    share = "all" if pairs.keys() <= plain else "some"
    for into in intos:
        for out in outs:
            yield replace(rule, source=source, target=target, share=share, into=into, out=out)


def _range(text: str) -> str:
    return ANY if text == ANY else _cidr(text)


def _ends(pairs: Words, end: str, members: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The interfaces that a rule names; one empty text for every interface, none if not known."""
    name, group = pairs.get(f"{end}-interface", ""), pairs.get(f"{end}-interface-list", "")
    if "!" in name or "!" in group:
        return ()
    return members.get(group, ()) if group and group != "all" else (name,)


# ── UCI: zones, forwardings and rules of /etc/config/firewall ───────────────────────────────────


class Block(Struct):
    """One section of a UCI file."""

    kind: str
    line: int
    options: Words


def _zones(lines: Sequence[Line]) -> Iterator[Rule | Told]:
    blocks = list(_blocks(lines))
    zones = {
        one.options["name"]: one.options.get("network", one.options["name"]).split()
        for one in blocks
        if one.kind == "zone" and "name" in one.options
    }
    if not zones:
        return
    first = next(one.line for one in blocks if one.kind == "zone")
    yield _at(first, "zone", FORWARD, THROUGH)
    # What comes first lets through first: ports led inside, rules, forwardings, the policy.
    for kind, read in (("redirect", _redirect), ("rule", _zone_rule), ("forwarding", _forwarding)):
        for block in blocks:
            if block.kind == kind and block.options.get("enabled") != "0":
                yield from _between(read(block), block, zones)
    for block in blocks:
        policy = block.options.get("forward", "").upper()
        if block.kind == "defaults" and policy in ("REJECT", "DROP"):
            text = f"defaults: forward {policy}"
            yield Rule(block.line, text, FORWARD, "deny", shown=block.kind)


def _blocks(lines: Iterable[Line]) -> Iterator[Block]:
    made: Block | None = None
    for line in lines:
        head, _, rest = line.text.partition(DEPTH)
        if not rest:
            if made:
                yield made
            made = Block(head.split()[0] if head.split() else "", line.number, {})
        elif made:
            name, _, value = rest.partition(" ")
            before = made.options.get(name)
            made.options[name] = f"{before} {value}" if before else value
    if made:
        yield made


def _redirect(block: Block) -> Rule | None:
    target = _range(block.options.get("dest_ip", ANY))
    text = f"redirect to {block.options.get('dest_ip', 'an address')}"
    rule = Rule(block.line, text, FORWARD, "permit", target=target or ANY, share="some")
    return rule if block.options.get("src") else None


def _forwarding(block: Block) -> Rule | None:
    ends = f"{block.options.get('src', '*')} to {block.options.get('dest', '*')}"
    return Rule(block.line, f"forwarding {ends}", FORWARD, "permit")


def _zone_rule(block: Block) -> Rule | None:
    """A rule between two zones; None when it is about the unit itself or carries no sessions."""
    known = table("configurations")["filters"]
    options = block.options
    action = known["targets"].get(options.get("target", "").upper(), UNREAD)
    protocols = options.get("proto", "all").split()
    between = {"src", "dest"} <= options.keys()
    if not between or all(one in known["sessionless"] for one in protocols):
        return None
    text = f"rule {options.get('name', '')}: {options.get('target', '')}".replace(" :", ":")
    rule = Rule(block.line, text, FORWARD, "permit" if action == UNREAD else action)
    source, target = (_range(options.get(f"{end}_ip", ANY)) for end in ("src", "dest"))
    if action == UNREAD or not (source and target):
        return replace(rule, share=UNREAD)
    whole = set(protocols) >= {"tcp", "udp"} or protocols[0] in known["everything"]
    plain = whole and options.keys() <= set(known["zone-plain"])
    return replace(rule, source=source, target=target, share="all" if plain else "some")


def _between(rule: Rule | None, block: Block, zones: Mapping[str, Sequence[str]]) -> Iterator[Rule]:
    """The rule for each pair of interfaces of its zones."""
    if rule is None:
        return
    intos, outs = (
        [""] if name == "*" else zones.get(name, ())
        for name in (block.options.get(end, "*") for end in ("src", "dest"))
    )
    for into in intos:
        for out in outs:
            yield replace(rule, into=into, out=out, shown=block.kind)


# ── Dialects whose rules are not read ───────────────────────────────────────────────────────────


def _unread(lines: Iterable[Line], dialect: str) -> Iterator[Told]:
    """One rule that is not understood stands for all of those, with a list that applies to all."""
    signs: Sequence[str] = table("configurations")["filters"]["unread"].get(dialect, ())
    for line in lines:
        if any(re.search(sign, line.text, re.IGNORECASE) for sign in signs):
            yield from _not_read(line.number, line.text[:120])
            return


def _not_read(line: int, text: str) -> Iterator[Told]:
    yield Rule(line, text, UNREAD, "permit", share=UNREAD).told(0)
    yield _at(line, text, UNREAD, THROUGH)


DIALECTS: Mapping[str, Callable[[Sequence[Line]], Iterator[Rule | Told]]] = {
    "indented": _lists,
    "menus": _menus,
    "uci": _zones,
}
"""Dialect → what reads its rules."""
