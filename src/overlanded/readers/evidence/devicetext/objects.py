"""Settings in JSON (network cards of Eaton power supplies) as flat lines, like those of XML.

Every value becomes one line: the names of the objects around it, its own name, then the value. A
tokeniser of our own, because the usual parsers tell no lines and refuse what breaks off.
"""

from __future__ import annotations

import json
import re

from overlanded.data import table

TOKEN = re.compile(
    r'"(?P<name>(?:[^"\\]|\\.)*)"\s*:|(?P<open>[{\[])|(?P<close>[}\]])'
    r'|"(?P<text>(?:[^"\\]|\\.)*)"|(?P<plain>[\w.+-]+)'
)


def is_settings(text: str) -> bool:
    """Whether a text is JSON with the marks of settings that are known."""
    return text.lstrip().startswith("{") and bool(
        re.search(table("devicetext")["sniff"]["objects"], text)
    )


def flat(text: str) -> tuple[list[tuple[int, str]], str]:
    """(line number, flat line) of every value; and why the rest is missing, if it is."""
    lines: list[tuple[int, str]] = []
    around: list[str] = []
    name, line, at = "", 1, 0
    for token in TOKEN.finditer(text):
        line += text.count("\n", at, token.start())
        at = token.start()
        if token["name"] is not None:
            name = _plain(token["name"])
        elif token["open"]:
            around.append(name)
            name = ""
        elif token["close"]:
            around, name = around[:-1], ""
        else:
            value = " ".join(_plain(token["text"] or token["plain"] or "").split())
            if value and value != "null":
                names = around[: table("devicetext")["bounds"]["depth"]]
                lines.append((line, " ".join(filter(None, (*names, name, value)))))
            name = ""
    return lines, "its JSON breaks off" if around else ""


def _plain(text: str) -> str:
    """A string without its escapes; as it stands where they are wrong."""
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text
