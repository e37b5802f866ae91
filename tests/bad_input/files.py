"""Files that are no corpus, by name: their bytes, and what the error must say beside the place."""

import json

TEXT = "I saw Anna in Paris"
# What a line of a corpus has beside its text.
FIELDS = {
    "rnn_ner": ("entities", [[6, 10, "PER"]]),
    "rnn_textcat": ("label", "A"),
    "rnn_summarizer": ("summary", "Anna in Paris"),
}
NOT_TEXTS = {"a number": 3, "null": None, "a list": ["a"], "an object": {"a": 1}, "a switch": True}
NOT_ENTITIES = {
    "a word": "PER",
    "a number": 3,
    "words": ["PER"],
    "two parts": [[6, 10]],
    "four parts": [[6, 10, "PER", 1]],
    "words as offsets": [["6", "10", "PER"]],
    "parts of a character": [[6.5, 10.0, "PER"]],
    "number as label": [[6, 10, 7]],
    "empty label": [[6, 10, ""]],
    "before the text": [[-1, 4, "PER"]],
    "after the text": [[14, 99, "LOC"]],
    "far after the text": [[14, 10**12, "LOC"]],
    "backwards": [[10, 6, "PER"]],
    "no characters": [[6, 6, "PER"]],
    "overlapping": [[6, 10, "PER"], [6, 19, "LOC"]],
}


LEFT_OUT = object()


def line(component, **changes):
    """A good line as JSON, with other values, or without those that are `LEFT_OUT`."""
    name, value = FIELDS[component]
    record = {"text": TEXT, name: value, **changes}
    return json.dumps({key: value for key, value in record.items() if value is not LEFT_OUT})


def no_json(good):
    """Lines that are not JSON. good: a line that is."""
    return {
        "cut off": good[: len(good) // 2],
        "without an end": good[:-1],
        "two on a line": good + good,
        "single quotes": good.replace('"', "'"),
        "comma at the end": good[:-1] + ",}",
        "no JSON": TEXT,
        "a comment": "# a comment",
        "markup": f"<text>{TEXT}</text>",
        "NUL": "\x00" * 20,
    }


NO_OBJECT = {"list": [TEXT, "A"], "empty list": [], "string": TEXT, "number": 3, "null": None}


def bad_lines(component):
    """Lines of a file of JSON lines. YIELDS: name, bytes, a word of the error."""
    field, _ = FIELDS[component]
    good = line(component)
    for name, text in no_json(good).items():
        yield name, text.encode(), "json"
    for name, value in NO_OBJECT.items():
        yield f"{name} in place of an object", json.dumps(value).encode(), "object"
    yield "an empty object", b"{}", "text"
    yield "no text", line(component, text=LEFT_OUT).encode(), "text"
    yield f"no {field}", line(component, **{field: LEFT_OUT}).encode(), field
    yield "text in capitals", good.replace('"text"', '"TEXT"').encode(), "text"
    for name, value in NOT_TEXTS.items():
        yield f"{name} as text", line(component, text=value).encode(), "text"
    for name, value in (NOT_ENTITIES if component == "rnn_ner" else NOT_TEXTS).items():
        word = "entit" if component == "rnn_ner" else field
        yield f"{name} as {field}", line(component, **{field: value}).encode(), word
    yield "half a character", line(component, text="a \ud800").encode(), "half a character"
    for encoding in ("latin-1", "utf-16", "utf-32"):
        text = json.dumps({"text": "Z\u00fcrich"}, ensure_ascii=False)
        yield encoding, text.encode(encoding), "utf-8"
    yield "half of two bytes", good[:-3].encode() + b"\xc3", "utf-8"


CASES = [(component, *case) for component in FIELDS for case in bad_lines(component)]
NO_DOCBIN = {
    "empty": b"",
    "text": b"I saw Anna in Paris",
    "zeros": bytes(1000),
    "JSON": line("rnn_ner").encode(),
    "zip": b"PK\x03\x04" + bytes(100),
}
