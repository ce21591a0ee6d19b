"""The report in a real browser: quiet, reachable by keyboard, readable in every light.

Skipped where Chromium is not installed.
"""

import shutil
from importlib.resources import files

import documents
import pytest

from overlanded.exporters.html import export

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = files("axe_playwright_python").joinpath("axe.min.js")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CONTRAST = """() => {
  const channel = c => { c /= 255; return c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4 };
  const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
  const parse = text => { const n = text.match(/[\\d.]+/g).map(Number); return [n, n[3] ?? 1] };
  const behind = element => {
    for (; element; element = element.parentElement) {
      const [colour, alpha] = parse(getComputedStyle(element).backgroundColor);
      if (alpha === 1) return colour;
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? [0, 0, 0] : [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || element.closest('.skip') || element.closest('desc, title')) continue;
    const style = getComputedStyle(element);
    const svg = element instanceof SVGElement;
    const box = svg ? element.parentElement.querySelector('rect') : null;
    const [ink] = parse(svg ? style.fill : style.color);
    const page = box ? parse(getComputedStyle(box).fill)[0] : behind(element);
    const [a, b] = [light(ink), light(page)].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) poor.push(`${element.tagName} ${ratio.toFixed(2)} ${element.textContent.slice(0, 30)}`);
  }
  return poor;
}"""
"""Texts whose contrast is under 4.5 : 1 (WCAG 2.2, 1.4.3)."""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_bytes(export(documents.two_routers()))
    return path


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def opened(browser, report):
    """Opens the report under given settings; nothing may be asked for or complained about."""
    contexts, asked, complaints = [], [], []

    def open_page(path=report, **settings):
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert all(url.startswith("file:") for url in asked)
    assert len(asked) == len(contexts)
    assert complaints == []


def test_nothing_is_asked_for_even_by_hostile_evidence(opened, tmp_path):
    path = tmp_path / "report.html"
    hostile = '"><img src=//x.example/a onerror=fetch("//x.example")><style>@import "//x"</style>'
    path.write_bytes(export(documents.hostile(hostile)))
    page = opened(path)
    assert page.locator("img").count() == 0
    assert hostile in page.inner_text("h1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(opened, scheme):
    page = opened(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate(CONTRAST) == []


def test_dark_is_dark(opened):
    colour = "getComputedStyle(document.body).backgroundColor"
    assert opened(color_scheme="dark").evaluate(colour) == "rgb(20, 24, 29)"
    assert opened(color_scheme="light").evaluate(colour) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_the_page_itself_never_scrolls_sideways(opened, width):
    page = opened(viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_reaches_everything_in_order(opened):
    page = opened()
    wanted = page.evaluate(
        "[...document.querySelectorAll('a, summary, .scroll')].filter(e => e.checkVisibility()).length"
    )
    reached = []
    for _ in range(wanted + 1):
        page.keyboard.press("Tab")
        state = page.evaluate(
            "(() => { const e = document.activeElement; const s = getComputedStyle(e);"
            " return [e.tagName, e.textContent.slice(0, 40), s.outlineStyle, e.offsetTop] })()"
        )
        if state[0] == "BODY":
            break
        reached.append(state)
    assert len(reached) == wanted
    assert reached[0][1] == "Skip to the answer"
    assert all(outline != "none" for _, _, outline, _ in reached)


def test_the_skip_link_leads_to_the_answer(opened):
    page = opened()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_details_open_by_keyboard(opened):
    page = opened()
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.get_attribute("open") is not None


def test_what_a_screen_reader_meets(opened):
    page = opened()
    for role, name in (
        ("heading", "The answer"),
        ("table", "What calls for a person"),
        ("img", "What cellular router 1 reaches"),
        ("navigation", "Contents"),
        ("region", "Files handed in"),
    ):
        assert page.get_by_role(role, name=name).count() >= 1, (role, name)


def test_printed_details_are_open(opened):
    page = opened()
    page.emulate_media(media="print")
    closed = page.evaluate(
        "[...document.querySelectorAll('details > :not(summary)')]"
        ".filter(e => !e.getClientRects().length).length"
    )
    assert closed == 0


def test_it_prints(opened):
    page = opened()
    for paper in ("A4", "Letter"):
        assert page.pdf(format=paper).startswith(b"%PDF")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser, report, scheme):
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(report.as_uri())
    page.evaluate(AXE.read_text(encoding="utf-8"))
    violations = page.evaluate("axe.run().then(found => found.violations)")
    context.close()
    assert [(v["id"], v["help"], v["nodes"][0]["html"][:200]) for v in violations] == []
