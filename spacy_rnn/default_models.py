"""The models that `nlp.add_pipe` gives our components when the config names none."""

from __future__ import annotations

from typing import Any, Dict, List


def _tok2vec(widths: List[int], width: int, **more_embed: Any) -> Dict[str, Any]:
    """Words with their prefix, suffix and shape, read by a BiLSTM."""
    return {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy-rnn.WordEmbed.v1",
            "attrs": ["WORD", "PREFIX", "SUFFIX", "SHAPE"],
            "widths": widths,
            **more_embed,
        },
        "encode": {"@architectures": "spacy-rnn.BiLSTMEncoder.v1", "width": width},
    }


NER_MODEL = {
    "@architectures": "spacy-rnn.CRFTagger.v1",
    "tok2vec": _tok2vec([100, 16, 32, 24], 300, chars={"@architectures": "spacy-rnn.CharCNN.v1"}),
}

SUMMARIZER_MODEL = {
    "@architectures": "spacy-rnn.Seq2Seq.v1",
    "width": 128,
    "tok2vec": _tok2vec([96, 16, 16, 16], 128),
}


def textcat_model(exclusive: bool) -> Dict[str, Any]:
    """A recurrent classifier and a bag of words that vote."""
    return {
        "@architectures": "spacy-rnn.TextCatEnsemble.v1",
        "rnn_model": {
            "@architectures": "spacy-rnn.TextCatRNN.v1",
            "exclusive_classes": exclusive,
            "pooling": ["attention", "mean", "max"],
            "tok2vec": _tok2vec([100, 16, 32, 16], 192),
        },
        "linear_model": {
            "@architectures": "spacy-rnn.BagOfNgrams.v1",
            "exclusive_classes": exclusive,
            "no_output_layer": True,
        },
    }
