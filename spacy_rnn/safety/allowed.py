"""The registered functions that a config may name: they build layers and read no files.

Left out on purpose: what reads files (readers, `spacy.KBFromFile.v1`), calls back, loads other
pipelines (`source`, `spacy.copy_from_base_model.v1`), reads binary structures unchecked (the
knowledge bases of `entity_linker`), or unpickles weights (`spacy.TorchBiLSTMEncoder.v1`, Thinc's
wrappers of torch, TensorFlow and MXNet).
"""

from __future__ import annotations

import pkgutil
from functools import lru_cache
from importlib.metadata import entry_points
from typing import Dict, FrozenSet

OF_SPACY = {
    "factories": """
        attribute_ruler beam_ner beam_parser doc_cleaner entity_ruler future_entity_ruler lemmatizer
        merge_entities merge_noun_chunks merge_subtokens morphologizer ner parser sentencizer senter
        span_finder span_ruler spancat spancat_singlelabel tagger textcat textcat_multilabel tok2vec
        token_splitter trainable_lemmatizer""",
    "architectures": """
        spacy.CharacterEmbed.v1 spacy.CharacterEmbed.v2 spacy.HashEmbedCNN.v1 spacy.HashEmbedCNN.v2
        spacy.MaxoutWindowEncoder.v1 spacy.MaxoutWindowEncoder.v2 spacy.MishWindowEncoder.v1
        spacy.MishWindowEncoder.v2 spacy.MultiHashEmbed.v1 spacy.MultiHashEmbed.v2
        spacy.SpanCategorizer.v1 spacy.SpanFinder.v1 spacy.Tagger.v1 spacy.Tagger.v2
        spacy.TextCatBOW.v1 spacy.TextCatBOW.v2 spacy.TextCatBOW.v3 spacy.TextCatCNN.v1
        spacy.TextCatCNN.v2 spacy.TextCatEnsemble.v1 spacy.TextCatEnsemble.v2
        spacy.TextCatLowData.v1 spacy.TextCatParametricAttention.v1 spacy.TextCatReduce.v1
        spacy.Tok2Vec.v1 spacy.Tok2Vec.v2 spacy.Tok2VecListener.v1
        spacy.TransitionBasedParser.v1 spacy.TransitionBasedParser.v2""",
    "layers": """
        spacy.CharEmbed.v1 spacy.FeatureExtractor.v1 spacy.LinearLogistic.v1
        spacy.PrecomputableAffine.v1 spacy.StaticVectors.v1 spacy.StaticVectors.v2
        spacy.extract_ngrams.v1 spacy.extract_spans.v1 spacy.mean_max_reducer.v1
        ClippedLinear.v1 Dish.v1 Dropout.v1 Embed.v1 Gelu.v1 HashEmbed.v1 LayerNorm.v1 Linear.v1
        Logistic.v1 Maxout.v1 Mish.v1 MultiSoftmax.v1 ParametricAttention.v1 ParametricAttention.v2
        Relu.v1 Sigmoid.v1 Softmax.v1 Softmax.v2 SparseLinear.v1 SparseLinear.v2 Swish.v1 add.v1
        chain.v1 concatenate.v1 expand_window.v1 list2array.v1 list2ragged.v1 noop.v1
        ragged2list.v1 reduce_first.v1 reduce_last.v1 reduce_max.v1 reduce_mean.v1 reduce_sum.v1
        residual.v1 softmax_activation.v1 with_array.v1 with_array2d.v1""",
    "misc": """
        spacy.first_longest_spans_filter.v1 spacy.ngram_range_suggester.v1 spacy.ngram_suggester.v1
        spacy.preset_spans_suggester.v1 spacy.prioritize_existing_ents_filter.v1
        spacy.prioritize_new_ents_filter.v1 spacy.levenshtein_compare.v1""",
    "scorers": """
        spacy.attribute_ruler_scorer.v1 spacy.entity_ruler_scorer.v1 spacy.lemmatizer_scorer.v1
        spacy.morphologizer_scorer.v1 spacy.ner_scorer.v1 spacy.overlapping_labeled_spans_scorer.v1
        spacy.parser_scorer.v1 spacy.senter_scorer.v1 spacy.span_finder_scorer.v1
        spacy.spancat_scorer.v1 spacy.tagger_scorer.v1 spacy.textcat_multilabel_scorer.v1
        spacy.textcat_multilabel_scorer.v2 spacy.textcat_scorer.v1 spacy.textcat_scorer.v2""",
    "tokenizers": "spacy.Tokenizer.v1",
    "vectors": "spacy.Vectors.v1",
}
OURS = ("architectures", "factories", "scorers")


@lru_cache(maxsize=1)
def harmless() -> Dict[str, FrozenSet[str]]:
    """The names that need no permission, by registry. "languages" are the folders of spaCy's."""
    import spacy.lang

    names = {registry: set(text.split()) for registry, text in OF_SPACY.items()}
    for registry in OURS:
        points = entry_points(group=f"spacy_{registry}")
        names[registry] |= {p.name for p in points if p.value.startswith("spacy_rnn.")}
    names["languages"] = {m.name for m in pkgutil.iter_modules(spacy.lang.__path__) if m.ispkg}
    return {registry: frozenset(found) for registry, found in names.items()}
