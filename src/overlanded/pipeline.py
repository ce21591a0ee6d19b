"""The order of an audit. The only file that knows it.

0. Take the outturn's lock and list what was handed in.
1. Read every file once through custody, and seal it.
2. Analyse what the captures and logs say together.
3. Tie observations to devices, identify them, and hold them against the records.
4. Answer every question for every device, and apply the rules.
5. Write tables, ledger, document and report.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from overlanded import __version__
from overlanded.abreast import Abreast, Progress, Reading
from overlanded.custody.inventory import OUTTURN, Found, Inventory, passed_over
from overlanded.custody.outturn import Outturn
from overlanded.custody.vault import Vault, open_case
from overlanded.errors import InputError, UsageError
from overlanded.model.document import CaseDocument, Ledger, Produced
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.model.observing import Coverage, Gap, Observation, View
from overlanded.model.permits import Permit
from overlanded.model.records import Record
from overlanded.model.statements import Statement
from overlanded.readers import HEAD, Card, head_size, scope, sniff, statements

if TYPE_CHECKING:
    from overlanded.analyse.traffic.intake import Intake
    from overlanded.model.devices import Device
    from overlanded.model.visits import Visit

STATED = (scope.NAME, statements.NAME)
"""Files that say something about the case and are not evidence themselves."""


class Options(Struct, frozen=True):
    """How an audit runs: as of when and by whom, where it writes, on how many cores."""

    at: str
    by: str = "not stated"
    outturn: Path | None = None
    jobs: int = 1
    progress: Progress = lambda _what, _done, _all: None


class Audited(Struct, frozen=True):
    """The result of an audit, the same in the plain values that exporters write, and its place."""

    document: CaseDocument
    tree: dict[str, Any]
    outturn: Path
    observations: tuple[Observation, ...]
    """Everything that the sensors saw: what the document rests on, for measuring it."""


class Taken(Struct):
    """What reading gave: everything that the later steps work on."""

    crane: scope.CraneFile
    items: list[EvidenceItem] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    permits: list[Permit] = field(default_factory=list)

    def take(self, one: Record | Observation | Coverage | Gap | Statement | Permit) -> None:
        """Put what a reader gave where it belongs."""
        match one:
            case Record():
                self.records.append(one)
            case Observation():
                self.observations.append(one)
            case Coverage():
                self.coverage.append(one)
            case Gap():
                self.gaps.append(one)
            case Statement():
                self.statements.append(one)
            case Permit():
                self.permits.append(one)


def audit(folder: Path, options: Options) -> Audited:
    """Audit one case folder (or one capture) and write its outturn.

    Raises ``UsageError`` for a call that cannot work and ``IntegrityError`` when evidence is not
    what was sealed; anything else that is wrong with the input becomes a gap.
    """
    vault = open_case(folder, outturn=options.outturn, at=options.at, by=options.by)
    _something(vault.found)
    outturn = Outturn(options.outturn or vault.found.root / OUTTURN)
    try:
        taken = _read(vault, outturn, options, folder)
        document = _conclude(vault, taken)
        tree = _write(outturn, vault, document)
    finally:
        outturn.close()
    return Audited(document, tree, outturn.folder, tuple(taken.observations))


def _something(found: Inventory) -> None:
    """Refuse a folder that says something of a crane and holds nothing about it."""
    if not found.gaps and all(file.path in STATED for file in found.files):
        raise UsageError(
            f"{found.root}: holds nothing but {found.files[0].path}; put captures or papers there"
        )


def _read(vault: Vault, outturn: Outturn, options: Options, folder: Path) -> Taken:
    """Steps 1 and 2."""
    from overlanded.analyse.traffic.intake import Intake

    taken = Taken(_crane(vault, folder), gaps=[*vault.found.gaps, *vault.lost()])
    intake = Intake(outturn.fresh_folder("columns"))
    cards = _cards(vault, taken)
    streams = {
        found.path: Reading(found, card, number)
        for number, (found, card) in enumerate(
            (found, card) for found, card in cards if card is not None and card.streaming
        )
    }
    with Abreast(vault, intake.folder, options.jobs, options.progress) as abreast:
        abreast.begin(tuple(streams.values()))
        for found, card in cards:
            try:
                if found.path in streams:
                    _read_traffic(vault, streams[found.path], taken, intake, abreast)
                else:
                    options.progress(found.path, 0, found.size)
                    _read_file(vault, found, card, taken)
            except InputError as error:
                taken.gaps.append(passed_over(found.path, str(error)))
    _together(taken)
    taken.observations.extend(intake.observations(taken.crane.scope.zones))
    taken.gaps.extend(intake.gaps())
    return taken


def _cards(vault: Vault, taken: Taken) -> list[tuple[Found, Card | None]]:
    """Every file that can be opened, with its reader if there is one."""
    cards: list[tuple[Found, Card | None]] = []
    for found in vault.found.files:
        try:
            card = None if found.path in STATED else sniff(_head(vault, found), found.path)
        except InputError as error:
            taken.gaps.append(passed_over(found.path, str(error)))
        else:
            cards.append((found, card))
    return cards


def _together(taken: Taken) -> None:
    """What logs, photos and sheets are only when they are seen side by side."""
    kinds = {one.what for one in taken.coverage}
    if "zeek" in kinds:
        from overlanded.readers.evidence import zeek

        taken.coverage = zeek.joined(taken.coverage)
    if "photo" in kinds:
        from overlanded.readers.evidence import photo

        taken.gaps.extend(photo.repeated(taken.coverage))
    if "inspection" in kinds:
        from overlanded.readers.evidence import pictures

        photos = [item.path for item in taken.items if item.kind == "photo"]
        taken.observations, gaps = pictures.linked(taken.observations, photos)
        taken.gaps.extend(gaps)


def _crane(vault: Vault, folder: Path) -> scope.CraneFile:
    found = next((file for file in vault.found.files if file.path == scope.NAME), None)
    path = folder.resolve()
    name = path.stem if path.is_file() else path.name
    return scope.read(vault.read_bytes(found)[0], name) if found else scope.unsaid(name)


def _read_file(vault: Vault, found: Found, card: Card | None, taken: Taken) -> None:
    if card is not None:
        data, digest = vault.read_bytes(found)
        item = _sealed(vault, found, digest, card.name, card.side, taken)
        for one in card.load().read(item, data):
            taken.take(one)
    elif found.path in STATED:
        data, digest = vault.read_bytes(found)
        item = _sealed(vault, found, digest, found.path, Side.STATEMENT, taken)
        for one in statements.read(item, data) if found.path == statements.NAME else ():
            taken.take(one)
    else:
        _sealed(vault, found, vault.digest(found), "unknown", Side.UNREAD, taken)
        taken.gaps.append(unread(found, _head(vault, found)))


def _read_traffic(
    vault: Vault, reading: Reading, taken: Taken, intake: Intake, abreast: Abreast
) -> None:
    """A capture or a log: hashed on the same pass on which it is read."""
    part, digest = abreast.part(reading)
    card = reading.card
    item = _sealed(vault, reading.found, digest, card.name, card.side, taken)
    intake.take(part, item)
    seen = card.load().coverage(item, part.given)
    if seen:
        taken.coverage.append(_placed(seen, part.view, card))
    taken.gaps.extend(card.load().gaps(item, part.given))


def _placed(seen: Coverage, view: View, card: Card) -> Coverage:
    """The coverage with the sensor's place as far as the capture shows it; a log does not."""
    from overlanded.analyse.traffic.position import described

    detail = () if card.name == "zeek" else tuple(described(view))
    return replace(seen, view=view, detail=(*seen.detail, *detail))


def _sealed(
    vault: Vault, found: Found, digest: str, kind: str, side: Side, taken: Taken
) -> EvidenceItem:
    item = scope.noted(vault.seal(found, digest, kind, side), taken.crane)
    taken.items.append(item)
    return item


def _head(vault: Vault, found: Found) -> bytes:
    with vault.stream(found) as stream:
        head = stream.read(min(HEAD, found.size))
        return head + stream.read(min(head_size(head), found.size) - len(head))


def unread(found: Found, head: bytes) -> Gap:
    """The gap for a file that no reader took, saying what is wrong with it where that shows."""
    from overlanded.readers.evidence import capture

    if not found.size:
        return passed_over(found.path, "an empty file (0 bytes)", "copy it from its source again")
    if capture.claims_to_be(found.path):
        kind = "text" if head.isascii() and b"\0" not in head else "something else"
        why = f"named like a capture, but byte 0 begins {kind}"
        return passed_over(found.path, why, "hand in the capture file itself (pcap or pcapng)")
    return passed_over(found.path, "of a format that is not known", "convert it, or leave it out")


def _conclude(vault: Vault, taken: Taken) -> CaseDocument:
    """Steps 3 and 4."""
    from overlanded import assess, reconcile, rules
    from overlanded.analyse import blind, power

    ruleset = rules.load()
    clusters = reconcile.cluster(taken.observations)
    identified = [(cluster, rules.identify(cluster, ruleset)) for cluster in clusters]
    papers = [item for item in taken.items if item.side is Side.PAPERWORK]
    powers = power.powers(taken.coverage)
    reconciled = reconcile.reconcile(taken.records, identified, papers, powers)
    kinds = {coverage.what for coverage in taken.coverage} | (
        {"record"} if taken.records else set()
    )
    taken.gaps.extend(blind.gaps(kinds))
    if reconciled.unlisted:
        taken.gaps.append(_unlisted(reconciled.unlisted))
    context = assess.Context(
        taken.crane.scope,
        {record.id: record for record in taken.records},
        {search.id: search for search in reconciled.searches},
        reconciled.devices,
        assess.indexed(taken.observations),
        tuple(one for one in taken.coverage if not one.momentary),
        tuple(taken.gaps),
        tuple(taken.items),
        powers,
        power.habits(taken.coverage),
        tuple(taken.statements),
        _visits(taken, reconciled.devices),
        tuple(taken.permits),
    )
    devices = tuple(
        replace(device, answers=assess.assess(device, context)) for device in reconciled.devices
    )
    findings, unlooked = rules.find_all(
        ruleset, (assess.facts(device, context) for device in devices)
    )
    stated, unmet = assess.weighed(devices, context)
    unmet += assess.unmet(context)
    return CaseDocument(
        taken.crane.scope,
        tuple(taken.items),
        tuple(taken.records),
        devices,
        findings,
        reconciled.searches,
        tuple(taken.coverage),
        _in_order((*taken.gaps, *unlooked, *unmet)),
        Ledger(vault.entries[-1].hash, len(vault.entries)),
        Produced(__version__, ruleset.version, vault.entries[-1].at),
        assess.plan(devices, context, power.outlooks(taken.coverage)),
        stated,
        context.visits,
        assess.used(context),
    )


def _visits(taken: Taken, devices: tuple[Device, ...]) -> tuple[Visit, ...]:
    """The visits, compared by what the sensors of each could show."""
    from overlanded import assess
    from overlanded.analyse import power

    visits = assess.visits(taken.coverage, taken.items, taken.crane.scope)
    return assess.compared(visits, devices, [power.powers(one.coverage) for one in visits])


def _unlisted(pieces: int) -> Gap:
    """The gap for listed equipment that was not seen and is too much to be told one by one."""
    what = f"{pieces:,} further pieces of the papers that no device was matched with"
    why = "so many are not told one by one"
    return Gap("g-unlisted", what, why, "see `records` in case-document.json", weakens=("record",))


def _in_order(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    """Each gap once, what could not be read first."""
    once = {gap.id: gap for gap in gaps}
    return tuple(sorted(once.values(), key=lambda gap: (not gap.unread, gap.what, gap.id)))


def _write(outturn: Outturn, vault: Vault, document: CaseDocument) -> dict[str, Any]:
    """Step 5: the ledger first, so that nothing is ever reported that is not sealed."""
    from overlanded.exporters import html, json
    from overlanded.exporters.tree import tree as shaped

    vault.save()
    outturn.settle_folder("columns")
    tree = shaped(document)
    outturn.write("case-document.json", json.pieces(tree))
    outturn.write("report.html", (html.export(tree),))
    return tree
