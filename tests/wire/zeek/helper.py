"""A log read in one go, its tables as plain rows and its statements by who said them."""

import io
from collections import defaultdict

import numpy as np

from overlanded.model.columns import TABLES
from overlanded.model.identifiers import ip_text, mac_text
from overlanded.wire.decode import arrays
from overlanded.wire.zeek import reading


class Read:
    def __init__(self, data, file=0):
        parts = defaultdict(list)
        self.logged = reading.read(
            io.BytesIO(data), file=file, spill=lambda name, made: parts[name].append(made)
        )
        for name, made in self.logged.raw.items():
            parts[name].append(made)
        self.tables = {
            kind.name: joined([arrays(kind.name, made) for made in parts[kind.name]])
            for kind in TABLES
        }

    def rows(self, name, *columns):
        table = self.tables[name]
        return sorted(zip(*(table[column].tolist() for column in columns), strict=True))

    def sightings(self):
        """(MAC, address, how, packets), readable."""
        return sorted(
            (mac_text(mac) if mac else "", ip_text(high, low) if high or low else "", how, packets)
            for mac, high, low, how, packets in self.rows(
                "sightings", "mac", "ip_hi", "ip_lo", "how", "packets"
            )
        )

    def said(self):
        """sender → protocol, facts and functions, each once."""
        found = defaultdict(set)
        for sample, recognised in self.logged.reads:
            who = ip_text(*sample.src_ip) if any(sample.src_ip) else ""
            facts = {(one.about, one.property, one.value, one.object) for one in recognised.facts}
            found[(who, recognised.protocol)] |= facts | {*recognised.functions}
        return dict(found)


def joined(parts):
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
