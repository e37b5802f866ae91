"""The config reference says what the code says."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def script():
    path = ROOT / "scripts" / "document_config.py"
    spec = importlib.util.spec_from_file_location("document_config", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_up_to_date(script, tmp_path):
    script.main(tmp_path / "config.md")
    made = (tmp_path / "config.md").read_text(encoding="utf8")
    kept = (ROOT / "docs" / "config.md").read_text(encoding="utf8")
    assert made == kept, "run: python scripts/document_config.py"


def test_every_setting_has_a_meaning():
    for line in (ROOT / "docs" / "config.md").read_text(encoding="utf8").splitlines():
        assert not line.startswith("| `") or "|  |" not in line, line
