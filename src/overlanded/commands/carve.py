"""``overlanded carve``: the packets and rows behind one device or finding."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

import click

from overlanded.commands.explain import case_and_wanted
from overlanded.custody.outturn import write_new
from overlanded.custody.vault import Vault, open_case, sealed_file
from overlanded.errors import UsageError
from overlanded.exporters.lookup import Chosen, case_document, choose
from overlanded.exporters.text import place, safe
from overlanded.exporters.tree import Tree

Places = Mapping[str, Mapping[tuple[str, str], Tree]]
"""item id → (locator kind, place) → citation."""
Cut = list[tuple[int, bytes]]
"""Lines of a log with their numbers."""

WHOLE = "cited as a whole"
MASKED = frozenset(("devicetext", "devicebackup"))
"""Kinds of file whose lines may hold secrets: they are shown as they were read, masked."""


@click.command()
@click.argument("case_and_id", nargs=-1, required=True, metavar="[CASE] ID")
@click.option(
    "-o", "out", type=click.Path(path_type=Path), help="Where the frames go; - is stdout."
)
@click.option("--force", is_flag=True, help="Replace FILE when it is there already.")
@click.option("--outturn", type=click.Path(path_type=Path), help="Where the results lie.")
def command(
    case_and_id: tuple[str, ...], out: Path | None, outturn: Path | None, *, force: bool
) -> None:
    """Cut out what the citations of a device or finding of CASE point at.

    Every file is held against its seal first. Frames become one pcapng (default: in the outturn,
    carved/ID.pcapng), lines of a Zeek log become a log with its header (carved/ID-LOG), regions of
    photos become pictures (carved/ID-PHOTO-REGION.png), rows and lines are printed. ID is what
    `overlanded explain` takes.
    """
    folder, wanted = case_and_wanted(case_and_id)
    case = case_document(folder, outturn)
    cited = _cited(choose(case, wanted))
    if not cited:
        raise UsageError(f"{wanted}: nothing in the evidence is cited for it")
    vault = open_case(_root(folder), outturn=outturn)
    to_stdout = out is not None and str(out) == "-"
    logs = {item["id"] for item in case["evidence"] if item["kind"] == "zeek"}
    cut = {item: _log(vault, item, cited[item]) for item in cited if item in logs}
    data = _frames(vault, cited)
    masked = {item["id"] for item in case["evidence"] if item["kind"] in MASKED}
    for line in _rows(vault, cited, cut, masked):
        click.echo(line, err=to_stdout)
    for item, lines in cut.items():
        if lines and not to_stdout:
            _keep(vault, f"{_name(wanted)}-{_name(sealed_file(vault, item).path)}", lines)
    if not to_stdout:
        _pictures(vault, wanted, cited)
    if data is None:
        click.echo("no frames are cited for it", err=True)
        return
    if to_stdout:
        sys.stdout.buffer.write(data)
        return
    if out and not out.parent.is_dir():
        raise UsageError(f"{out.parent}: no such folder; make it, or name another place")
    path = out or vault.ledger_path.parent / "carved" / f"{_name(wanted)}.pcapng"
    _outside(vault, path, alone=_root(folder).is_file())
    if not (path.is_file() and path.read_bytes() == data):
        write_new(path, [data], force=force)
    click.echo(f"frames: {path}", err=True)


def _root(folder: Path) -> Path:
    """The folder with the evidence, when the outturn or the document in it was named."""
    inside = folder.parent if folder.name == "case-document.json" else folder
    return inside.parent if inside.name == "outturn" else inside


def _outside(vault: Vault, path: Path, *, alone: bool) -> None:
    """Refuse to write over or beside what was handed in; the outturn alone is written to."""
    target, outturn = path.resolve(), vault.ledger_path.parent.resolve()
    if target.is_relative_to(outturn) and target.name != vault.ledger_path.name:
        return
    inside = not alone and target.is_relative_to(vault.found.root.resolve())
    if inside or any(target == found.file.resolve() for found in vault.found.files):
        raise UsageError(f"{path}: lies in the case, where only {outturn} is written to")


def _name(wanted: str) -> str:
    return "".join(char if char.isalnum() or char in "-." else "-" for char in wanted)[:80]


def _cited(chosen: Chosen) -> Places:
    """Every place that is cited, once, grouped by item."""
    places: dict[str, dict[tuple[str, str], Tree]] = {}
    for citation in _citations((*chosen.devices, *chosen.findings)):
        locator = citation["locator"]
        key = (locator["kind"], locator["place"])
        places.setdefault(citation["item"], {}).setdefault(key, citation)
    return places


def _citations(node: object) -> Iterator[Tree]:
    """Every citation below a part of the document, in its order."""
    if isinstance(node, dict):
        if "locator" in node:
            yield node
            return
        node = node.values()
    elif not isinstance(node, Iterable) or isinstance(node, str):
        return
    for child in node:
        yield from _citations(child)


def _log(vault: Vault, item: str, places: Mapping[tuple[str, str], Tree]) -> Cut:
    """The cited lines of a Zeek log, however large or compressed it is, with its header."""
    from overlanded.wire.zeek.lines import cut_out

    numbers = {int(where) for kind, where in places if kind == "line" and where.isdigit()}
    with vault.stream(sealed_file(vault, item)) as stream:
        return cut_out(stream, numbers) if numbers else []


def _keep(vault: Vault, name: str, lines: Cut) -> None:
    """Write the lines of a log to the outturn, as a log of its own."""
    plain = name.removesuffix(".gz").removesuffix(".zst")
    path = vault.ledger_path.parent / "carved" / plain
    write_new(path, [line for _, line in lines], force=True)
    click.echo(f"lines: {path}", err=True)


def _pictures(vault: Vault, wanted: str, cited: Places) -> None:
    """Write every cited region of a photo to the outturn, as a picture of its own."""
    from overlanded.readers.labels import eyes
    from overlanded.readers.labels.images import RefusedError

    for item, places in cited.items():
        boxes = {where: box for kind, where in places if kind == "region" and (box := _box(where))}
        if not boxes:
            continue
        found = sealed_file(vault, item)
        try:
            pictures = eyes.crops(vault.read_bytes(found)[0], boxes.values())
        except RefusedError as refused:
            click.echo(f"{found.path}: not cut out: {refused}", err=True)
            continue
        for where, picture in zip(boxes, pictures, strict=True):
            name = _name(f"{wanted}-{found.path.rpartition('/')[2]}-{where}")
            path = vault.ledger_path.parent / "carved" / f"{name}.png"
            write_new(path, [picture], force=True)
            click.echo(f"picture: {path}", err=True)


def _box(place: str) -> tuple[int, int, int, int] | None:
    """Left, top, width and height of a ``region`` locator."""
    numbers = place.replace(",", " ").replace("x", " ").split()
    if len(numbers) != 4 or not all(part.isdecimal() for part in numbers):
        return None
    left, top, width, height = map(int, numbers)
    return left, top, width, height


def _rows(
    vault: Vault, cited: Places, cut: Mapping[str, Cut], masked: AbstractSet[str]
) -> Iterator[str]:
    """A line for every place that is no frame; only files with rows or lines are read.

    Of ``masked`` items the excerpt stands for the line.
    """
    for item, places in cited.items():
        told = [citation for (kind, _), citation in places.items() if kind != "frame"]
        texts = any(kind in ("row", "line") for kind, _ in places)
        found = sealed_file(vault, item) if told else None
        raw = found is not None and texts and item not in {*cut, *masked}
        data = vault.read_bytes(found)[0] if found and raw else b""
        lines = {str(number): line for number, line in cut.get(item, ())}
        for citation in told:
            own = lines.get(citation["locator"]["place"], b"").decode("utf-8", "replace").rstrip()
            said = own or _line(data, citation) or citation["excerpt"] or WHOLE
            yield f"{place(citation)}: {safe(said)}"


def _line(data: bytes, citation: Tree) -> str:
    """The text of a cited line; empty when the place is a row, whose excerpt says it."""
    locator = citation["locator"]
    lines = data.split(b"\n") if locator["kind"] == "line" and locator["place"].isdigit() else []
    number = int(locator["place"]) if lines else 0
    return lines[number - 1].decode("utf-8", "replace") if 0 < number <= len(lines) else ""


def _frames(vault: Vault, cited: Places) -> bytes | None:
    """All cited frames of all captures as one pcapng; None when no frame is cited."""
    from overlanded.wire import frames

    found: list[frames.Frame] = []
    for item, places in cited.items():
        numbers = {int(where) for kind, where in places if kind == "frame" and where.isdigit()}
        if numbers:
            with vault.stream(sealed_file(vault, item)) as stream:
                found += frames.find(stream, numbers)
    return frames.write_pcap(found) if found else None
