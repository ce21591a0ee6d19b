"""Readers of paperwork: what should be there.

``xlsx.py`` and ``csv.py`` turn a file into sheets (``sheets.py``); everything else works on sheets:
``headings.py`` finds the tables, ``lines.py`` tells the rows apart, ``status.py`` and
``changes.py`` say what became of a line, ``record.py`` writes it down, ``notes.py`` gathers what
was not understood. The words are data: ``paperwork.toml`` and ``equipment.toml``.
"""
