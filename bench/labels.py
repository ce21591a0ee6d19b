"""Rendered labels with their truth, as a camera in a cabinet would see them, and what is read.

Every label follows from its seed: maker, numbers, layout, codes, and what the camera did to it
(turn, tilt, blur, dirt, shade, noise, JPEG). ``score`` reads them with the photo reader and counts.

    python -m bench.labels [NUMBER]
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from random import Random

from msgspec import Struct
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from overlanded.model.evidence import EvidenceItem, Side
from overlanded.model.identifiers import PARSERS, luhn
from overlanded.model.observing import Observation
from overlanded.readers.evidence import photo

MAKERS = (
    ("TELTONIKA", "RUT955", "001E42", "XMR201903EG25G"),
    ("Robustel", "R3000-4L", "3486DA", "XMR201607EC25A"),
    ("Sierra Wireless", "AirLink RV50X", "00A0D5", "N7NMC7455"),
    ("MOXA", "OnCell G3470A", "0090E8", "RI7LE910NAV2"),
    ("Digi", "IX20", "0040FF", "RI7LM940"),
)
PAPER, INK = 255, 20


class Rendered(Struct, frozen=True):
    """One label photo with its truth: what is printed, and which of it a code holds too."""

    seed: int
    jpeg: bytes
    printed: Mapping[str, str]
    coded: Mapping[str, str]


class Scores(Struct, frozen=True):
    """Counts over a set of labels; shares are 0 to 1."""

    labels: int
    printed: int
    read: int
    """Numbers on the labels, and those asserted from print or codes."""
    coded: int
    read_from_codes: int
    asserted_wrong: int
    """Asserted although no label says so."""
    asserted_failing: int
    """Asserted although the check digit fails: must be 0."""
    flagged: int
    proposed: int
    missed: Mapping[str, int]

    @property
    def read_share(self) -> float:
        """Of the printed numbers, those asserted."""
        return self.read / max(self.printed, 1)

    @property
    def code_share(self) -> float:
        """Of the numbers in codes, those asserted from codes."""
        return self.read_from_codes / max(self.coded, 1)


def score(number: int = 40, first: int = 1) -> Scores:
    """Read ``number`` labels rendered from seeds ``first`` on, and count. About 3 s a label."""
    total: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for seed in range(first, first + number):
        one = rendered(seed)
        seen = observed(one)
        sure = {pair for pair, how in seen if how != "no"}
        coded = {pair for pair, how in seen if how == "code"}
        truth = set(one.printed.items())
        total["printed"] += len(truth)
        total["read"] += len(truth & sure)
        total["coded"] += len(one.coded)
        total["from codes"] += len(set(one.coded.items()) & coded)
        total["wrong"] += len(sure - truth)
        total["failing"] += sum(not PARSERS[kind](value).checked for kind, value in sure)
        total["flagged"] += sum(how == "no" for _, how in seen)
        total["proposed"] += sum(kind == "proposed" for (kind, _), _ in seen)
        missed.update(kind for kind, _ in truth - sure)
    return Scores(
        number,
        total["printed"],
        total["read"],
        total["coded"],
        total["from codes"],
        total["wrong"],
        total["failing"],
        total["flagged"],
        total["proposed"],
        dict(sorted(missed.items())),
    )


def observed(one: Rendered) -> list[tuple[tuple[str, str], str]]:
    """((kind, value), how) of every number told: from a ``code``, from ``print``, or ``no``.

    ``no`` is what is told and not asserted: flagged by its check, or proposed.
    """
    item = EvidenceItem("e-1", f"label-{one.seed}.jpg", "", 0, "photo", Side.EVIDENCE, 1)
    found = (given for given in photo.read(item, one.jpeg) if isinstance(given, Observation))
    return list(_numbers(found))


def _numbers(found: Iterable[Observation]) -> Iterator[tuple[tuple[str, str], str]]:
    kinds = {"contains": "fcc-id", "mac-address": "mac"}
    for seen in found:
        how = "print" if dict(seen.detail).get("read") == "print" else "code"
        kind = kinds.get(seen.property, seen.property)
        if kind in PARSERS and not seen.subject.value.endswith("inside"):
            value = PARSERS[kind](seen.value)
            yield (kind, value.value), how if value.checked else "no"
        elif seen.property == "proposed":
            yield (seen.property, seen.value), "no"


def rendered(seed: int) -> Rendered:
    """The label of a seed, photographed."""
    draw = Random(seed)
    maker, model, block, module = draw.choice(MAKERS)
    numbers = {
        "serial": f"{draw.randrange(10**9, 10**10)}",
        "imei": _checked(f"86{draw.randrange(10**11, 10**12)}"),
        "mac": block + f"{draw.randrange(16**6):06X}",
        "iccid": _checked(f"8944{draw.randrange(10**13, 10**14)}"),
        "fcc-id": module,
    }
    lines = [
        maker,
        f"{draw.choice(('Model', 'Type', 'Product'))}: {model}",
        f"{draw.choice(('S/N', 'SN', 'Serial No.'))}: {numbers['serial']}",
        f"IMEI: {numbers['imei']}",
        f"{draw.choice(('MAC', 'LAN MAC', 'MAC ID'))}: {_written(draw, numbers['mac'])}",
        f"ICCID: {numbers['iccid']}",
        f"Contains FCC ID: {module}",
        "Input 9-30 VDC  Made in Lithuania",
    ]
    truth = {kind: PARSERS[kind](value).value for kind, value in numbers.items()}
    payload = f"SN:{numbers['serial']};IMEI:{numbers['imei']};MAC:{numbers['mac']}"
    held = {kind: truth[kind] for kind in ("serial", "imei", "mac")}
    image = _label(draw, lines, payload, numbers["imei"])
    return Rendered(seed, _photographed(draw, image), truth, held)


def _checked(digits: str) -> str:
    return next(f"{digits}{last}" for last in range(10) if luhn(f"{digits}{last}"))


def _written(draw: Random, mac: str) -> str:
    mark = draw.choice((":", "-", ""))
    return mark.join(mac[at : at + 2] for at in range(0, 12, 2))


def _label(draw: Random, lines: list[str], payload: str, number: str) -> Image.Image:
    size = draw.randint(24, 32)
    font = ImageFont.load_default(size)
    image = Image.new("L", (900, int(size * 1.7) * len(lines) + 200), PAPER)
    pen = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        pen.text((24, 20 + int(row * size * 1.7)), line, fill=INK, font=font)
    square = _code(draw.choice(("QRCode", "DataMatrix")), payload, draw.randint(4, 6))
    image.paste(square, (880 - square.width, 24))
    bars = _code("Code128", number, 3)
    image.paste(bars.resize((bars.width, 90)), (40, image.height - 130))
    return image


def _code(kind: str, text: str, scale: int) -> Image.Image:
    import zxingcpp

    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    pixels = Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=scale))
    return pixels.convert("L")


def _photographed(draw: Random, label: Image.Image) -> bytes:
    """On a grey cabinet door, turned, tilted, soiled, shaded, blurred, with noise, as a JPEG."""
    _soil(draw, label)
    scene = Image.new("L", (label.width + 200, label.height + 200), draw.randint(90, 170))
    scene.paste(label, (100, 100))
    scene = _tilted(draw, scene)
    turn = draw.choice((0, 0, 0, 90, 180, 270)) + draw.uniform(-12, 12)
    scene = scene.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=120)
    shade = Image.linear_gradient("L").rotate(draw.choice((0, 90, 180, 270))).resize(scene.size)
    scene = Image.blend(scene, shade, draw.uniform(0.05, 0.2))
    scene = scene.filter(ImageFilter.GaussianBlur(draw.uniform(0.3, 1.3)))
    # Pillow's noise has no seed: ours is drawn small and laid out again and again.
    grain = Image.frombytes("L", (256, 256), draw.randbytes(65536)).resize((512, 512))
    noise = Image.new("L", scene.size)
    for left in range(0, scene.width, 512):
        for top in range(0, scene.height, 512):
            noise.paste(grain, (left, top))
    scene = Image.blend(scene, noise, draw.uniform(0.02, 0.08))
    out = BytesIO()
    scene.save(out, "JPEG", quality=draw.randint(60, 92))
    return out.getvalue()


def _tilted(draw: Random, scene: Image.Image) -> Image.Image:
    width, height = scene.size
    lean = [draw.uniform(0, 0.04) for _ in range(4)]
    corners = (
        *(-lean[0] * width, -lean[1] * height),
        *(-lean[2] * width, height),
        *(width, height * (1 + lean[3])),
        *(width * (1 + lean[1]), 0.0),
    )
    return scene.transform(scene.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)


def _soil(draw: Random, label: Image.Image) -> None:
    pen = ImageDraw.Draw(label)
    for _ in range(draw.randint(20, 80)):
        left, top = draw.randrange(label.width), draw.randrange(label.height)
        size = draw.choice((1, 1, 2, 2, 3))
        pen.ellipse((left, top, left + size, top + size), fill=draw.randint(40, 160))
    for _ in range(draw.randint(0, 2)):
        ends = [(draw.randrange(label.width), draw.randrange(label.height)) for _ in range(2)]
        pen.line(ends, fill=draw.randint(150, 220), width=1)


def main() -> None:
    """Score and print."""
    scores = score(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
    print(
        f"{scores.labels} labels: {scores.read}/{scores.printed} numbers read "
        f"({scores.read_share:.3f}), "
        f"{scores.read_from_codes}/{scores.coded} from codes ({scores.code_share:.3f}), "
        f"{scores.asserted_failing} asserted with a failing check digit, "
        f"{scores.asserted_wrong} asserted wrong, {scores.flagged} flagged, "
        f"{scores.proposed} of them proposed; missed {dict(scores.missed)}"
    )


if __name__ == "__main__":
    main()
