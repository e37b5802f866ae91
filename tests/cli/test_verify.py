"""`spacy rnn verify` and `spacy rnn seal`."""


def test_it_prints_what_was_checked(command, pipeline):
    model = pipeline("rnn_ner")
    code, output = command("verify", model)
    assert code == 0 and "sizes and sha256 as in manifest.json" in output
    assert "spacy-rnn.CRFTagger.v1" in output and "rows" in output or "width" in output
    assert "weights: undamaged and finite; loaded rnn_ner" in output


def test_damage_is_told_in_a_sentence_until_it_is_sealed(command, pipeline):
    model = pipeline("rnn_ner")
    meta = model / "meta.json"
    meta.write_text(meta.read_text() + "\n")
    code, output = command("verify", model)
    assert code == 1 and "meta.json is damaged" in output and "spacy rnn seal" in output
    code, output = command("seal", model)
    digest = output.split()[-1]
    assert code == 0 and command("verify", model, "--digest", digest)[0] == 0
    code, output = command("verify", model, "--digest", "0" * 64)
    assert code == 1 and "has the sha256" in output


def test_what_is_not_known_must_be_allowed(command, pipeline):
    model = pipeline("rnn_ner")
    config = model / "config.cfg"
    config.write_text(config.read_text().replace('"rnn_ner"\n', '"entity_linker"\n', 1))
    code, output = command("verify", model, "--no-require-manifest")
    assert code == 1 and "--allow entity_linker" in output
    code, output = command("verify", model, "--no-require-manifest", "--allow", "entity_linker")
    assert code == 1 and "--allow" not in output, "what is wrong now is another thing"


def test_a_pipeline_without_manifest_is_read_only_on_request(command, pipeline):
    model = pipeline("rnn_ner")
    (model / "manifest.json").unlink()
    code, output = command("verify", model)
    assert code == 1 and "has no manifest.json" in output
    code, output = command("verify", model, "--no-require-manifest")
    assert code == 0 and "not compared with anything" in output


def test_a_card_leaves_the_pipeline_sealed(command, pipeline):
    model = pipeline("rnn_ner")
    assert command("card", model, "--licence", "MIT")[0] == 0
    assert command("verify", model)[0] == 0


def test_nothing_is_there(command, tmp_path):
    for name in ("verify", "seal"):
        code, output = command(name, tmp_path / "nowhere")
        assert code == 1 and "config.cfg" in output
