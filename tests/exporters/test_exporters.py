import subprocess
import sys

import documents

from overlanded.exporters import EXPORTERS


def test_every_exporter_writes_its_file():
    made = {name: export(documents.sts07()) for name, export in EXPORTERS}
    assert made["case-document.json"].startswith(b'{\n  "schema": "overlanded.case-document/1"')
    assert made["report.html"].startswith(b"<!doctype html>")


def test_the_list_loads_no_exporter():
    code = "import sys, overlanded.exporters; print('jinja2' in sys.modules, 'json' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == "False"
