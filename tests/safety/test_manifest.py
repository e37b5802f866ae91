"""The manifest: everything that loading reads, and nothing else."""

import json
import os
import shutil

import pytest
import spacy

from spacy_rnn import ModelFileError, safe_load, write_manifest
from spacy_rnn.safety.manifest import read_manifest, renew_entry, verify_manifest
from spacy_rnn.safety.sealing import to_disk


def files_of(root):
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_a_saved_pipeline_has_a_manifest_of_all_its_files(sealed):
    assert set(read_manifest(sealed).files) == files_of(sealed) - {"manifest.json"}


def test_a_pipeline_without_our_components_gets_one_on_request(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.to_disk(tmp_path / "plain")
    with pytest.raises(ModelFileError, match="spacy rnn seal"):
        safe_load(tmp_path / "plain")
    write_manifest(tmp_path / "plain")
    assert safe_load(tmp_path / "plain").pipe_names == ["sentencizer"]
    to_disk(nlp, tmp_path / "saved")
    verify_manifest(tmp_path / "saved")


def test_rules_of_spacys_components_can_be_read(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("span_ruler").add_patterns([{"label": "A", "pattern": "Anna"}])
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "A", "pattern": "Anna"}])
    nlp.add_pipe("attribute_ruler").add([[{"ORTH": "Anna"}]], {"TAG": "N"})
    to_disk(nlp, tmp_path / "rules")
    doc = safe_load(tmp_path / "rules")("I saw Anna")
    assert doc.ents and doc.spans["ruler"] and doc[2].tag_ == "N"


@pytest.mark.parametrize("name", ["rnn_ner/extra", "vocab/lookups_extra.bin", "vocab/deep/file"])
def test_a_file_too_many_is_refused_where_it_could_be_read(spoilt, name):
    def add(copy):
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text("x")

    with pytest.raises(ModelFileError, match="is not in manifest.json"):
        safe_load(spoilt(add, seal=False))


def test_files_that_are_not_read_do_not_matter(spoilt):
    assert safe_load(spoilt(lambda copy: (copy / "README.md").write_text("A card."), seal=False))


def test_a_file_changed_on_purpose_is_noted_without_hiding_damage_to_others(spoilt):
    def change(copy):
        (copy / "meta.json").write_text((copy / "meta.json").read_text() + "\n")
        renew_entry(copy, "meta.json")

    copy = spoilt(change, seal=False)
    assert verify_manifest(copy)
    cfg = copy / "rnn_ner" / "cfg"
    cfg.write_text(cfg.read_text().replace("PER", "XXX"))
    renew_entry(copy, "meta.json")
    with pytest.raises(ModelFileError, match="rnn_ner/cfg .component 'rnn_ner'. is damaged"):
        verify_manifest(copy)


def test_in_a_package_meta_json_is_compared_with_its_second_copy(spoilt):
    def package(copy):
        # As the setup.py of `spacy package` does.
        meta = {**json.loads((copy / "meta.json").read_text()), "name": "packaged"}
        for folder in (copy, copy.parent):
            (folder / "meta.json").write_text(json.dumps(meta))

    copy = spoilt(package, seal=False)
    assert safe_load(copy).meta["name"] == "packaged"
    (copy / "meta.json").write_text(
        (copy / "meta.json").read_text().replace("packaged", "pacKaged")
    )
    with pytest.raises(ModelFileError, match="meta.json is damaged"):
        safe_load(copy)


def test_the_digest_of_the_manifest_shows_who_wrote_it(spoilt, sealed):
    digest = read_manifest(sealed).digest
    assert safe_load(sealed, digest=digest.upper())
    other = spoilt(lambda copy: (copy / "tokenizer").write_bytes(b"\x80"))
    with pytest.raises(ModelFileError, match="manifest.json has the sha256"):
        safe_load(other, digest=digest)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_what_is_no_file_is_refused_without_waiting_for_it(spoilt):
    def pipe(copy):
        (copy / "rnn_ner" / "cfg").unlink()
        os.mkfifo(copy / "rnn_ner" / "cfg")

    with pytest.raises(ModelFileError, match="neither a file nor a folder"):
        safe_load(spoilt(pipe, seal=False))


def test_links_to_files_are_read_and_links_to_folders_refused(spoilt, tmp_path):
    def link(copy):
        shutil.move(copy / "tokenizer", tmp_path / "elsewhere")
        (copy / "tokenizer").symlink_to(tmp_path / "elsewhere")

    copy = spoilt(link, seal=False)
    verify_manifest(copy)
    shutil.move(copy / "rnn_ner", tmp_path / "folder")
    (copy / "rnn_ner").symlink_to(tmp_path / "folder")
    with pytest.raises(ModelFileError, match="neither a file nor a folder"):
        verify_manifest(copy)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"format": 2, "files": {}}', '{"format": 1, "files": []}', "[" * 100_000]
    + ['{"format": 1, "files": {"config.cfg": {"size": 1}}}', '{"format": 1, "files": {"a": 1}}'],
)
def test_a_manifest_that_is_none_is_refused(spoilt, content):
    copy = spoilt(lambda copy: (copy / "manifest.json").write_text(content), seal=False)
    with pytest.raises(ModelFileError, match="manifest.json cannot be read"):
        safe_load(copy)


def test_a_file_outside_of_the_pipeline_is_refused(spoilt):
    def add(copy):
        manifest = json.loads((copy / "manifest.json").read_text())
        manifest["files"]["../outside"] = {"size": 1, "sha256": "0"}
        (copy / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(ModelFileError, match="outside.* is missing"):
        safe_load(spoilt(add, seal=False))
