"""A crane that is audited already, for commands that read what an audit left."""

import documents
import pytest

from overlanded.exporters.json import export


@pytest.fixture
def folder(tmp_path):
    """The folder of the crane; its outturn holds the document alone."""
    outturn = tmp_path / "sts-07" / "outturn"
    outturn.mkdir(parents=True)
    (outturn / "case-document.json").write_bytes(export(documents.sts07()))
    return tmp_path / "sts-07"
