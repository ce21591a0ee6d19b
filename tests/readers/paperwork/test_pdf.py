import io

import pytest
from lists import ITEM, split
from msgspec.structs import replace
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

from overlanded.readers import ocr, sniff
from overlanded.readers.paperwork import pdf

STYLE = getSampleStyleSheet()["Normal"]
HEADS = ["Item", "Description", "Qty", "Location"]
GRID = [("GRID", (0, 0), (-1, -1), 0.5, "black")]


def made(*story):
    out = io.BytesIO()
    SimpleDocTemplate(out, invariant=1).build(list(story))
    return out.getvalue()


def read(data):
    return split(pdf.read(ITEM, data))


def told(records):
    return [(r.line, r.description, r.quantity, r.status.value) for r in records]


ROWS = [HEADS, ["1", "PLC", "1", "E-house"], ["2", "4G router", "2", "Trolley"]]
LINES = [("1", "PLC", 1, "ordered"), ("2", "4G router", 2, "ordered")]


@pytest.mark.parametrize("style", [GRID, []], ids=["ruled", "plain"])
def test_a_table_is_read_with_the_place_of_each_line(style):
    records, gaps = read(made(Table(ROWS, [40, 160, 40, 90], style=style)))
    assert told(records) == LINES
    assert gaps == []
    assert [r.citation.locator.kind for r in records] == ["box", "box"]
    assert records[0].citation.locator.place.startswith("page 1 › line 2 › ")


@pytest.mark.parametrize("again", [0, 1])
@pytest.mark.parametrize("style", [GRID, []], ids=["ruled", "plain"])
def test_a_table_runs_over_pages(style, again):
    rows = [HEADS, *([str(n), f"Camera {n}", "1", "Boom"] for n in range(1, 101))]
    records, _ = read(made(Table(rows, [40, 160, 40, 90], repeatRows=again, style=style)))
    assert [r.line for r in records] == [str(n) for n in range(1, 101)]


def test_a_cell_merged_over_lines_holds_for_all_of_them():
    rows = [
        HEADS,
        ["1", "PLC", "1", "E-house"],
        ["2", "HMI", "1", ""],
        ["3", "Camera", "4", "Boom"],
    ]
    table = Table(rows, [40, 160, 40, 90], style=[*GRID, ("SPAN", (3, 1), (3, 2))])
    records, _ = read(made(table))
    assert [r.place for r in records] == ["E-house", "E-house", "Boom"]


def test_the_title_above_a_table_says_what_its_lines_are():
    story = [Paragraph("Options not included", STYLE), Table(ROWS, [40, 160, 40, 90], style=GRID)]
    records, _ = read(made(*story))
    assert {r.status.value for r in records} == {"declined"}


@pytest.mark.parametrize("kids", ["", "2 0 R 2 0 R"])
def test_a_paper_without_a_page_is_told(kids):
    catalog = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    pages = f"2 0 obj<</Type/Pages/Kids[{kids}]/Count 9>>endobj\n"
    places = f"{9:010} 00000 n \n{len(catalog):010} 00000 n \n"
    table = f"xref\n0 3\n0000000000 65535 f \n{places}trailer<</Size 3/Root 1 0 R>>\nstartxref\n"
    data = f"{catalog}{pages}{table}{len(catalog + pages)}\n%%EOF"
    records, (gap,) = read(data.encode())
    assert records == []
    assert (gap.unread, gap.why) == (True, "no page was found in it")


LONG = (
    "The lists of this annex were compared with those of the options that were declined in the "
    "tender, and agree with the minutes of the second meeting of both parties."
)


@pytest.mark.parametrize(
    ("above", "status"),
    [
        ("Options not included.", "declined"),
        ("2.2 Wi-Fi access points are an option; this option was declined.", "ordered"),
        (LONG, "ordered"),
    ],
)
def test_a_sentence_above_a_table_is_not_its_title(above, status):
    story = [Paragraph(above, STYLE), Table(ROWS, [40, 160, 40, 90], style=GRID)]
    records, _ = read(made(*story))
    assert {r.status.value for r in records if r.line in ("1", "2")} == {status}


def test_struck_text_is_removed():
    rows = [HEADS, ["1", Paragraph("<strike>PLC</strike>", STYLE), "1", "Boom"], ROWS[2]]
    records, gaps = read(made(Table(rows, [40, 160, 40, 90], style=GRID)))
    assert [r.status.value for r in records] == ["removed", "ordered"]
    assert any("struck" in gap.what for gap in gaps)


def test_clauses_of_a_specification():
    texts = (
        "1 Scope of supply",
        "1.1 One PLC, Siemens S7-1500",
        "2 Options",
        "2.1 Remote diagnostics router with 4G modem is not included in the scope.",
        "2.2 Two (2) wireless access points",
        "3 Painting",
        "3.1 All steel is painted as the standard requires and the PLC is covered meanwhile.",
    )
    records, _ = read(made(*(Paragraph(text, STYLE) for text in texts)))
    assert [(r.line, r.quantity, r.status.value) for r in records] == [
        ("1.1", 1, "ordered"),
        ("2.1", 1, "declined"),
        ("2.2", 2, "optional"),
    ]


def test_running_titles_are_no_lines():
    class Titled(Canvas):
        def showPage(self):  # noqa: N802
            self.drawString(60, 810, f"Contract 4711, 4G router, page {self.getPageNumber()}")
            super().showPage()

    out = io.BytesIO()
    table = Table(ROWS, [40, 160, 40, 90], style=GRID)
    SimpleDocTemplate(out).build(
        [table, PageBreak(), table, PageBreak(), table], canvasmaker=Titled
    )
    records, _ = read(out.getvalue())
    assert len(records) == 6


def test_a_pdf_without_equipment_gives_nothing():
    assert read(made(Paragraph("Dear Sirs, our offer follows.", STYLE))) == ([], [])


def _picture():
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (800, 1100), 255).save(out, "PDF")
    return out.getvalue()


def test_a_scan_without_the_extra_is_a_gap_that_says_how_to_mend_it(monkeypatch):
    monkeypatch.setattr(ocr, "available", lambda: False)
    _, gaps = read(_picture())
    assert [(gap.unread, "ocr" in gap.mend) for gap in gaps] == [(True, True)]


def test_a_holder_is_on_every_line():
    item = replace(ITEM, holder="port")
    records, _ = split(pdf.read(item, made(Table(ROWS, [40, 160, 40, 90], style=GRID))))
    assert {r.holder for r in records} == {"port"}


# ---- hostile files ------------------------------------------------------------------------------


def _bomb():
    import zlib

    packed = zlib.compress(zlib.compress(b"0 0 m " * 60_000_000, 9), 9)
    head = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Filter[/FlateDecode/FlateDecode]/Length "
    )
    size = str(len(packed)).encode()
    return head + size + b">>stream\n" + packed + b"\nendstream endobj\ntrailer<</Root 1 0 R>>"


def _loop():
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj\ntrailer<</Root 1 0 R>>"
    )


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + bytes(range(256)) * 50,
        _loop(),
        made(STYLE and Paragraph("x", STYLE))[:400],
    ],
    ids=["empty", "noise", "loop", "cut"],
)
def test_a_damaged_file_is_told_in_one_line(data):
    records, gaps = read(data)
    assert records == []
    assert all("\n" not in gap.why and gap.mend for gap in gaps)


def test_a_file_that_unpacks_beyond_all_measure_is_refused():
    records, gaps = read(_bomb())
    assert records == []
    assert [gap.unread for gap in gaps] == [True]


def test_what_a_file_holds_beside_its_pages_is_not_run():
    data = made(Table(ROWS, [40, 160, 40, 90], style=GRID))
    data = data.replace(
        b"/Type /Catalog", b"/Type /Catalog /OpenAction <</S /JavaScript /JS (app.alert(1))>>"
    )
    records, gaps = read(data)
    assert told(records) == LINES
    assert any("beside its pages" in gap.what for gap in gaps)


def test_it_is_known_by_its_content():
    assert sniff(made(Paragraph("x", STYLE))[:4096], "list.txt").name == "pdf"


FAR = "9" * 400 + ".0"
"""More than a number of the machine can be: infinity."""


@pytest.mark.parametrize(
    "astray", [(50, FAR), (FAR, 50), (50, "2000000.0")], ids=["above", "beside", "far"]
)
def test_a_letter_that_stands_nowhere_hides_no_other(astray):
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=0, invariant=1)
    canvas.drawString(60, 700, "3.1 The seller supplies one PLC for the hoist.")
    canvas.drawString(11, 22, "astray")
    canvas.showPage()
    canvas.drawString(60, 700, "3.2 The seller supplies one 4G router with a SIM card.")
    canvas.save()
    data = out.getvalue()
    place = b"1 0 0 1 11 22 Tm"
    assert place in data
    moved = "1 0 0 1 {} {} Tm".format(*astray).encode()
    records, gaps = read(data.replace(place, moved))
    assert ["PLC" in r.description or "4G router" in r.description for r in records] == [True] * 2
    (gap,) = gaps
    assert gap.unread
    assert "page 1" in gap.what
    assert "no place on the page" in gap.why


CMAP = b"""/CIDInit /ProcSet findresource begin begincmap
1 beginbfrange <7A> <7B> [55357 56545] endbfrange
endcmap end"""
"""The letters z and { are the halves of a pair that stands for one character (UTF-16)."""


@pytest.mark.parametrize(
    ("letters", "shown"), [("z", "\ufffd"), ("{", "\ufffd"), ("z{", "\U0001f4e1")]
)
def test_half_a_character_hides_no_other(letters, shown):
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=0, invariant=1)
    canvas.drawString(60, 700, f"3.1 The seller supplies one {letters}PLC for the hoist.")
    canvas.showPage()
    canvas.drawString(60, 700, "3.2 The seller supplies one 4G router with a SIM card.")
    canvas.save()
    cmap = b"99 0 obj <</Length %d>> stream\n%s\nendstream endobj\n" % (len(CMAP), CMAP)
    data = out.getvalue().replace(b"/Subtype /Type1", b"/Subtype /Type1 /ToUnicode 99 0 R")
    # Without a table of places the reader looks for the objects itself.
    data = data[: data.index(b"xref")] + cmap + data[data.index(b"trailer") :]
    records, gaps = read(data)
    assert [f"{shown}PLC" in record.description for record in records] == [True, False]
    assert "4G router" in records[1].description
    assert not gaps
