"""Custody: the only place that opens a file that was handed in, and that writes the outturn.

Numbered steps of an audit's custody:

0. ``inventory`` lists the files of a case without opening them, and says what it passes over.
1. ``Vault.stream`` or ``Vault.read_bytes`` reads a file and hashes the very bytes it hands on.
2. ``Vault.seal`` holds that hash against the ledger, or enters it where the file is new.
3. ``ledger.verify`` re-checks the chain; ``Vault.check`` re-hashes every sealed file.
"""
