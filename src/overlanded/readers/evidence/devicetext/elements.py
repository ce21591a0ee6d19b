"""Configurations in XML (pfSense, OPNsense, exports of Robustel and Sierra) as flat lines.

Every element with text becomes one line: the names of the elements around it, then the text.
"""

from __future__ import annotations

import io
import re
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from overlanded.data import table

ENCODING = re.compile(r"""(<\?xml[^>]{0,80}?)\sencoding\s*=\s*(?:"[^"]*"|'[^']*')""")
ROOT = re.compile(
    r"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>\s*)*"
    r"<(?P<root>[\w:.-]+)",
    re.DOTALL,
)


def root(text: str) -> str:
    """The name of the outermost element, if the text is XML; else nothing.

    Without a declaration it must be a root that is known: ``<SW1>display arp`` is a prompt.
    """
    found = ROOT.match(text)
    name = found["root"].lower() if found else ""
    return name if "<?xml" in text[:100] or name in table("devicetext")["sniff"]["roots"] else ""


def flat(text: str) -> tuple[list[tuple[int, str]], str]:
    """(line number, flat line) of every element with text; and what is wrong with the XML.

    Entities and references to other files are refused.
    """
    from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
    from defusedxml.sax import parse  # type: ignore[import-untyped]

    walker = Walker()
    try:
        # The text is decoded: what its declaration says of its bytes holds no more.
        parse(io.BytesIO(ENCODING.sub(r"\1", text, count=1).encode()), walker)
    except DefusedXmlException:
        return walker.lines, "it declares entities or refers to other files"
    except (SAXException, ValueError) as error:
        return walker.lines, str(error).removeprefix("<unknown>:")[:80]
    return walker.lines, ""


class Walker(ContentHandler):
    """Gathers the flat lines while the parser walks."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[int, str]] = []
        self._names: list[str] = []
        self._text: list[str] = []
        self._at: Locator | None = None
        self._line = 0

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 - the parser's name
        """Keep what tells line numbers."""
        self._at = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802, ARG002
        """Go one element in; what is deeper than the bounds allow has no name."""
        if len(self._names) < table("devicetext")["bounds"]["depth"]:
            self._names.append(name.lower())
        else:
            self._names.append("")
        self._text = []
        self._line = (self._at.getLineNumber() if self._at else None) or 0

    def characters(self, content: str) -> None:
        """Text, in as many pieces as the parser likes."""
        self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802, ARG002
        """The end of an element: its text is complete."""
        value = " ".join("".join(self._text).split())
        if value:
            names = " ".join(filter(None, self._names[1:]))
            self.lines.append((self._line, f"{names} {value}"))
        self._names.pop()
        self._text = []
