"""Raw texts of corpora: everything but what a test part holds."""

import pytest

TRAIN = "Ada\tB-PER\nran\tO\n\nBob\tB-PER\nsat\tO\n"
TEST = "Bob\tB-PER\nsat\tO\n\nCleo\tB-PER\nlay\tO\n"


@pytest.fixture
def assets(tmp_path):
    folder = tmp_path / "assets"
    files = {
        "wnut17/wnut17train.conll": TRAIN,
        "wnut17/emerging.dev.conll": "Dan\tB-PER\nlay\tO\n",
        "wnut17/emerging.test.annotated": TEST,
        "wikitext2/train.txt": " = Bob = \n\n1 @,@ 000 well @-@ known men \n Cleo lay \n",
        "wikitext2/valid.txt": "more of it\n",
        "wikitext2/test.txt": "never seen\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf8")
    return folder


def test_no_text_of_any_test_part_is_written(script, assets, tmp_path):
    result = script("gather_texts", assets, tmp_path / "out")
    assert result.exit_code == 0, result.output
    lines = {p.stem: p.read_text().splitlines() for p in (tmp_path / "out").iterdir()}
    # "Cleo lay" stands in WikiText's training part and in WNUT's test part.
    assert {name: [line.strip() for line in found] for name, found in lines.items()} == {
        "wnut17": ["Ada ran", "Dan lay"],
        "wikitext2": ["= Bob =", "1,000 well-known men", "more of it"],
    }


def test_an_empty_folder_is_named(script, tmp_path):
    result = script("gather_texts", tmp_path, tmp_path / "out")
    assert result.exit_code == 1 and "no corpora here" in result.output
