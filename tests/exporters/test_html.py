import itertools
import re
from html.parser import HTMLParser

import documents
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from overlanded.exporters import html
from overlanded.exporters.html import bars, day, export
from overlanded.model.citing import Citation, Locator
from overlanded.model.devices import Standing
from overlanded.model.permits import Permit, Session

VOID = {"meta", "link", "br", "rect", "line"}
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "h1", "h2", "h3", "h4", "dl",
    "div", "dt", "dd", "nav", "ul", "li", "main", "section", "p", "table", "caption", "thead",
    "tbody", "figure", "blockquote", "figcaption", "ol", "tfoot", "tr", "th", "td", "article",
    "details", "summary", "span", "strong", "code", "bdi", "q", "br", "small", "svg", "desc", "g", "rect", "line", "text", "footer",
}  # fmt: skip


class Page(HTMLParser):
    """The elements of a page, with a check that they nest."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.text = [], [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def shape(self):
        """Elements and the names of their attributes: what evidence must never change."""
        return [(tag, *sorted(attributes)) for tag, attributes in self.elements]


def page(document=None):
    return Page(export(document or documents.sts07()).decode())


def test_it_is_well_formed_and_holds_only_what_we_write():
    read = page()
    assert {tag for tag, _ in read.elements} <= ALLOWED
    assert read.all("html") == [{"lang": "en"}]


def test_it_asks_for_nothing_and_runs_nothing():
    read = page()
    policy = next(m["content"] for m in read.all("meta") if "http-equiv" in m)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    names = {name for _, attributes in read.elements for name in attributes}
    assert not {name for name in names if name.startswith("on")} | names & {"src", "style"}
    assert all(link["href"].startswith("#") for link in read.all("a"))
    assert "url(" not in "".join(read.text)


@pytest.mark.parametrize("document", [documents.two_routers(), documents.hostile("x")])
def test_every_link_inside_the_page_leads_somewhere(document):
    read = page(document)
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in read.all("a")} <= set(ids)


def test_headings_descend_one_step_at_a_time():
    levels = [int(tag[1]) for tag, _ in page().elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_tables_tell_what_they_hold():
    read = page(documents.two_routers())
    assert len(read.all("caption")) == len(read.all("table")) > 5
    assert all("scope" in cell for cell in read.all("th"))
    labels = [a["aria-label"] for _, a in read.elements if "aria-label" in a]
    assert len(labels) == len(set(labels))
    regions = [a for tag, a in read.elements if a.get("class") == "scroll"]
    assert all(a["role"] == "region" and a["aria-label"] and a["tabindex"] == "0" for a in regions)


def test_drawings_are_told_in_words():
    read = page()
    drawings = [a for a in read.all("svg") if a.get("role") == "img"]
    ids = {attributes.get("id") for _, attributes in read.elements}
    assert drawings
    assert all(set(a["aria-labelledby"].split()) <= ids for a in drawings)
    assert all(a.get("aria-hidden") == "true" for a in read.all("svg") if "role" not in a)


def test_landmarks():
    tags = [tag for tag, _ in page().elements]
    assert [tags.count(tag) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    first = page().all("a")[0]
    assert first == {"class": "skip", "href": "#main"}


def test_what_is_said_and_in_which_order():
    text = "".join(page().text)
    wanted = (
        "1 device is on the crane although its papers say it was declined.",
        "Nobody looked at:",
        "broken.pcap from byte 6412",
        "What calls for a person",
        "Searched for in the papers",
        "What is it?",
        "Not determined: no record names who fitted it.",
        "What it reaches",
        "fails its check",
        "+3.1",
        "All devices",
        documents.ITEMS[0].sha256,
        "almost no chance",
    )
    after = 0
    for part in wanted:
        after = text.index(part, after) + len(part)


def test_every_question_that_was_answered_is_shown():
    text = "".join(page().text)
    for answer in documents.sts07().devices[0].answers:
        assert answer.words in text


def test_without_papers_it_says_so():
    text = "".join(page(documents.without_papers()).text)
    assert "No papers were handed in" in text
    assert "not compared" in text


def test_an_empty_case():
    empty = replace(
        documents.without_papers(),
        devices=(), findings=(), gaps=(), coverage=(), evidence=(), searches=(),
    )  # fmt: skip
    text = "".join(page(empty).text)
    assert "No rule holds for any device." in text
    assert "No sensor covered anything" in text


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>x</script>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;",
    "javascript:alert(1)",
    "‮\x00\x1b]0;x\x07",
    "x" * 20_000,
    "שלום עולם",
    "-->",
    "\udcff",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_evidence_never_becomes_markup(text):
    assert page(documents.hostile(text)).shape == page(documents.hostile("harmless")).shape


@given(st.text(min_size=1))
@settings(max_examples=25, deadline=None)
def test_no_text_becomes_markup(text):
    written = export(documents.hostile(text)).decode()
    assert Page(written).shape == HARMLESS
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f‪-‮⁦-⁩]", written)


HARMLESS = page(documents.hostile("harmless")).shape


def test_long_text_is_cut():
    assert "x" * 601 not in export(documents.hostile("x" * 20_000)).decode()


def test_the_same_document_gives_the_same_bytes():
    assert export(documents.sts07()) == export(documents.sts07())


def test_many_devices_cost_little_each():
    few, more = (len(export(documents.many(number))) for number in (1000, 2000))
    assert more - few < 1000 * 600


def test_many_that_stand_out_are_cut_and_counted():
    document = documents.sts07()
    router = document.devices[0]
    copies = tuple(
        replace(router, id=f"r{n}", number=n, standing=Standing.UNDOCUMENTED)
        for n in range(1, html.MOST_FULL + html.MOST_COMPACT + 8)
    )
    read = page(replace(document, devices=copies, findings=(), searches=()))
    assert len(read.all("article")) == html.MOST_FULL
    assert "The answers about 7 more devices are in case-document.json" in "".join(read.text)


def test_bars_share_the_scale_of_the_heaviest():
    rows = [{"weight": 2.0}, {"weight": -1.0}, {"weight": 0.0}]
    assert [share for _, share in bars(rows)] == [1.0, -0.5, 0.0]
    assert [share for _, share in bars([{"weight": 0.0}])] == [0.0]


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (None, ""),
        ("", ""),
        ("2025-06-04T08:00:00Z", "2025-06-04 08:00:00 Z"),
        ("2025-06-04T08:00:00.123456Z", "2025-06-04 08:00:00 Z"),
    ],
)
def test_moments(moment, shown):
    assert day(moment) == shown


def test_permits_are_listed_with_the_sessions_under_them():
    document = documents.sts07()
    device, item = document.devices[0], document.evidence[0]
    cited = Citation(item.id, item.path, Locator("row", "2"))
    sessions = tuple(
        Session(device.id, allowed, words, 10**18, None, cited)
        for allowed, words in (("inside", "inside permit P-17"), ("outside", "begun <late>"))
    )
    used = Permit("permit-1", "P-17", "Works", 10**18, 2 * 10**18, (), "", "Port", cited, sessions)
    idle = replace(used, id="permit-2", number="", party="", about=("modem",), sessions=())
    found = page(replace(document, permits=(used, idle)))
    text = " ".join(found.text)
    for words in ("2 permits", "inside permit P-17", "begun <late>", "given by", "no session seen"):
        assert words in text
    assert "Permits for remote access" not in " ".join(page(document).text)
    spans = [int(one.get("rowspan", 1)) for one in found.all("td")]
    assert max(spans) == 2
