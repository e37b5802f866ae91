"""Values that a setting may not have, by component, place in its config, and setting."""

NAN, INF = float("nan"), float("inf")
NOT_TEXT = [1, 1.5, None, True, ["a"], {"a": 1}]
NOT_WHOLE = [1.5, "many", "", None, [1], {"a": 1}, NAN, INF]
NOT_A_NUMBER = ["high", "", None, [0.5], {"a": 1}, NAN, INF, -INF]
NOT_A_SHARE = [*NOT_A_NUMBER, -0.001, 1.001, -1, 2]
NOT_A_RATE = [*NOT_A_NUMBER, -0.1, 1.0, 2]
NOT_A_SWITCH = ["perhaps", 2, 0.5, None, [], {}]
NOT_WORDS = [1, 1.5, None, "word", [None], [["a"]], [{"a": 1}]]
NO_CLASSES = [1.5, "many", [1], 0, -1]
TOO_WIDE = [10**6, 10**9]
TOO_SMALL = [0, -1]

ENCODER = {
    "width": [*NOT_WHOLE, *TOO_SMALL, *TOO_WIDE, 7],
    "depth": [*NOT_WHOLE, *TOO_SMALL, 65, 20_000_000],
    "hidden_width": [1.5, "many", *TOO_SMALL, *TOO_WIDE, 7],
    "residual": NOT_A_SWITCH,
    "layer_norm": NOT_A_SWITCH,
    "dropout": NOT_A_RATE,
    "backprop_tokens": [*NOT_WHOLE, -1],
    "mixed_precision": ["int8", 3, None, []],
}
EMBED = {
    "attrs": [1, None, "WORD", {"a": 1}, [1], ["NOSE"], []],
    "widths": [1, "a", None, [0, 8], [-1, 8], [24], [1.5, 8], [24, 10**9]],
    "chars": [3, "a", ["a"], {"a": 1}],
    "include_static_vectors": [3, ["a"]],
    "tune_static_vectors": [*NOT_A_SWITCH, True],
    "unk_rate": NOT_A_SHARE,
    "word_dropout": NOT_A_RATE,
    "dropout": NOT_A_RATE,
    "misspelt": [1],
}
CHARACTERS = {
    "width": [*NOT_WHOLE, *TOO_SMALL, *TOO_WIDE],
    "char_width": [*NOT_WHOLE, *TOO_SMALL, *TOO_WIDE],
    "window_size": [*NOT_WHOLE, -1, *TOO_WIDE],
    "unk_rate": NOT_A_SHARE,
}
TAGGER = {"nO": NO_CLASSES, "misspelt": [1]}
CLASSIFIER = {
    "exclusive_classes": NOT_A_SWITCH,
    "pooling": [1, None, "mean", {"a": 1}, [1], ["median"], []],
    "attention_heads": [*NOT_WHOLE, *TOO_SMALL, 65],
    "excerpt": [1.5, "many", *TOO_SMALL],
    "nO": NO_CLASSES,
    "misspelt": [1],
}
DECODER = {
    "width": [*NOT_WHOLE, *TOO_SMALL, *TOO_WIDE],
    "embedding_width": [1.5, "many", *TOO_SMALL, *TOO_WIDE, 7],
    "cell": [*NOT_TEXT, "", "elman"],
    "attention": [*NOT_TEXT, "", "flash"],
    "input_feeding": NOT_A_SWITCH,
    "coverage": NOT_A_SWITCH,
    "copy": NOT_A_SWITCH,
    "tied_embeddings": NOT_A_SWITCH,
    "max_source_length": [*NOT_WHOLE, *TOO_SMALL, 10**9],
    "dropout": NOT_A_RATE,
    "misspelt": [1],
}

ENTITIES = {
    "scheme": [*NOT_TEXT, "", "bilou", "BIO", "iob"],
    "annotates": [*NOT_TEXT, "", "entities", "ENTS", "spans"],
    "overwrite": NOT_A_SWITCH,
    "spans_key": [1.5, None, ["a"], {"a": 1}],
    "threshold": NOT_A_SHARE,
    "p_min": [*NOT_A_SHARE, 0.5],
    "incorrect_spans_key": [1.5, ["a"], {"a": 1}],
}
CATEGORIES = {
    "attention_attr": [*NOT_TEXT, "two words", "1st"],
    "threshold": NOT_A_SHARE,
    "class_weights": [1.5, "uneven", ["A"], {"A": "much"}, {"A": 0.0}, {"A": -1.0}],
    "focal_gamma": [*NOT_A_NUMBER, -0.1],
    "label_smoothing": NOT_A_RATE,
}
SEVERAL_CATEGORIES = {
    **CATEGORIES,
    "thresholds": [1.5, "high", ["A"], {"A": "high"}, {"A": -0.1}, {"A": 1.1}, {"A": NAN}],
}
SUMMARY = {
    "attr": [*NOT_TEXT, "", "two words", "1st", "a-b", "a.b"],
    "origins_attr": [*NOT_TEXT, "summary", "two words"],
    "long_sources": [*NOT_TEXT, "", "tail"],
    "target_units": [*NOT_TEXT, "", "bytes"],
    "vocabulary_size": [*NOT_WHOLE, *TOO_SMALL],
    "min_count": [*NOT_WHOLE, *TOO_SMALL],
    "beam_width": [*NOT_WHOLE, *TOO_SMALL, 1001],
    "temperature": [*NOT_A_NUMBER, -0.1],
    "top_k": [*NOT_WHOLE, -1],
    "top_p": [*NOT_A_NUMBER, 0.0, 1.1],
    "sampling_seed": [*NOT_WHOLE, -1],
    "length_penalty": [*NOT_A_NUMBER, -0.1],
    "length_penalty_kind": [*NOT_TEXT, "", "mean", "GNMT"],
    "coverage_penalty": [*NOT_A_NUMBER, -0.1],
    "min_length": [*NOT_WHOLE, -1, 61],
    "max_length": [*NOT_WHOLE, *TOO_SMALL, 10_001],
    "min_ratio": [*NOT_A_NUMBER, -0.1],
    "max_ratio": [*NOT_A_NUMBER, -0.1],
    "no_repeat_ngram": [*NOT_WHOLE, -1],
    "label_smoothing": NOT_A_RATE,
    "coverage_loss": [*NOT_A_NUMBER, -0.1],
    "scheduled_sampling": NOT_A_SHARE,
    "risk_loss": [*NOT_A_NUMBER, -0.1],
    "risk_candidates": [*NOT_WHOLE, *TOO_SMALL, 1, 1001],
    "risk_sharpness": [*NOT_A_NUMBER, -0.1, 1e7],
    "consensus": [*NOT_A_NUMBER, -0.1],
    "forbidden_words": NOT_WORDS,
    "first_words": NOT_WORDS,
}

TOK2VEC = {
    "model.tok2vec.embed": EMBED,
    "model.tok2vec.embed.chars": CHARACTERS,
    "model.tok2vec.encode": ENCODER,
}
# "" is the place of the component's own settings.
SETTINGS = {
    "rnn_ner": {"": ENTITIES, "model": TAGGER, **TOK2VEC},
    "rnn_textcat": {"": CATEGORIES, "model": CLASSIFIER, **TOK2VEC},
    "rnn_textcat_multilabel": {"": SEVERAL_CATEGORIES},
    "rnn_summarizer": {"": SUMMARY, "model": DECODER, **TOK2VEC},
}
CASES = [
    (component, place, setting, value)
    for component, places in SETTINGS.items()
    for place, settings in places.items()
    for setting, values in settings.items()
    for value in values
]
