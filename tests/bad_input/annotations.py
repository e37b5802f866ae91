"""Annotations that no corpus should hold, by component and name, with what they lead to.

spaCy itself refuses some of them when the Example is made: its errors are part of the catalogue.
"""

from spacy.tokens import Doc
from spacy.vocab import Vocab

from tests.bad_input.expected import LEARNS, NOTHING, Raises, Warns

NAN, INF = float("nan"), float("inf")
UNKNOWN_LABEL = Raises(ValueError, "but the labels of the component are")
CUT_WORD = Warns("could not be aligned")
CONFLICT = Raises(ValueError, "conflicting doc.ents")
NO_OFFSET = Raises(TypeError, "cannot be interpreted as an integer")
NO_TAG = Raises(ValueError, "Invalid BILUO tag")

# Entities of "I saw Anna in Paris" by a component that knows PER and LOC.
ENTITIES = {
    "right": ([(6, 10, "PER")], LEARNS),
    "none": ([], LEARNS),
    "missing": (None, NOTHING),
    "unknown label": ([(6, 10, "ORG")], UNKNOWN_LABEL),
    "label in lower case": ([(6, 10, "per")], UNKNOWN_LABEL),
    "blank label": ([(6, 10, " ")], UNKNOWN_LABEL),
    "label with a prefix": ([(6, 10, "B-PER")], UNKNOWN_LABEL),
    "label called O": ([(6, 10, "O")], UNKNOWN_LABEL),
    "label of emoji": ([(6, 10, "😀")], UNKNOWN_LABEL),
    "label with NUL": ([(6, 10, "PER\x00")], UNKNOWN_LABEL),
    "number as label": ([(6, 10, 7)], UNKNOWN_LABEL),
    "empty label": ([(6, 10, "")], LEARNS),
    "None as label": ([(6, 10, None)], LEARNS),
    "no label": ([(6, 10)], Raises(ValueError, "not enough values to unpack")),
    "begins in a word": ([(7, 10, "PER")], CUT_WORD),
    "ends in a word": ([(6, 9, "PER")], CUT_WORD),
    "within a word": ([(7, 8, "PER")], CUT_WORD),
    "begins before the text": ([(-4, 10, "PER")], CUT_WORD),
    "ends after the text": ([(14, 99, "LOC")], CUT_WORD),
    "a space": ([(10, 11, "PER")], LEARNS),
    "no characters": ([(6, 6, "PER")], LEARNS),
    "ends before it begins": ([(10, 6, "PER")], LEARNS),
    "before the text": ([(-5, -1, "PER")], LEARNS),
    "after the text": ([(50, 60, "LOC")], LEARNS),
    "the whole text": ([(0, 19, "PER")], LEARNS),
    "offsets with a point": ([(6.0, 10.0, "PER")], NO_OFFSET),
    "offsets in text": ([("6", "10", "PER")], NO_OFFSET),
    "no offsets": ([(None, None, "PER")], NO_OFFSET),
    "NaN as offset": ([(NAN, 10, "PER")], NO_OFFSET),
    "overlapping": ([(6, 10, "PER"), (6, 19, "LOC")], CONFLICT),
    "twice": ([(6, 10, "PER")] * 2, CONFLICT),
    "two labels": ([(6, 10, "PER"), (6, 10, "LOC")], CONFLICT),
    "tags": (["O", "O", "U-PER", "O", "U-LOC"], LEARNS),
    "too few tags": (["O", "O"], LEARNS),
    "too many tags": (["O"] * 9, LEARNS),
    "tags in no order": (["O", "O", "I-PER", "O", "L-LOC"], NO_TAG),
    "all tags missing": (["-"] * 5, NOTHING),
    "no tag is a tag": ([None] * 5, NOTHING),
    "some tags missing": (["-", "-", "U-PER", "-", "-"], LEARNS),
    "tag in lower case": (["O", "O", "u-PER", "O", "O"], NO_TAG),
    "tag without a prefix": (["O", "O", "PER", "O", "O"], NO_TAG),
    "text": ("PER", Raises(ValueError, "Unexpected type for NER data")),
    "a number": (3, Raises(ValueError, "Unexpected type for NER data")),
    "an object": ({"a": 1}, Raises(ValueError, "Unexpected type for NER data")),
}

UNKNOWN_CATEGORY = Raises(ValueError, "does not know the categories")
NO_VALUE = Raises(ValueError, "should only have values of 0 or 1")
NOT_CATEGORIES = Raises(ValueError, "dictionary update sequence")

# Categories by a component that knows A and B, exactly one of which is right.
CATEGORIES = {
    "right": ({"A": 1.0, "B": 0.0}, LEARNS),
    "whole numbers": ({"A": 1, "B": 0}, LEARNS),
    "truth values": ({"A": True, "B": False}, LEARNS),
    "only the right one": ({"A": 1.0}, LEARNS),
    "only a wrong one": ({"A": 0.0}, NOTHING),
    "none right": ({"A": 0.0, "B": 0.0}, NOTHING),
    "none": ({}, NOTHING),
    "missing": (None, NOTHING),
    "both right": ({"A": 1.0, "B": 1.0}, Raises(ValueError, "multiple labels per document")),
    "unknown": ({"C": 1.0}, UNKNOWN_CATEGORY),
    "unknown and wrong": ({"A": 1.0, "C": 0.0}, UNKNOWN_CATEGORY),
    "in lower case": ({"a": 1.0}, UNKNOWN_CATEGORY),
    "blank": ({" ": 1.0}, UNKNOWN_CATEGORY),
    "with a blank": ({"A ": 1.0}, UNKNOWN_CATEGORY),
    "empty name": ({"": 1.0}, UNKNOWN_CATEGORY),
    "NUL": ({"A\x00": 1.0}, UNKNOWN_CATEGORY),
    "emoji": ({"😀": 1.0}, UNKNOWN_CATEGORY),
    "number as name": ({1: 1.0}, UNKNOWN_CATEGORY),
    "half": ({"A": 0.5, "B": 0.5}, NO_VALUE),
    "two": ({"A": 2.0}, NO_VALUE),
    "negative": ({"A": -1.0}, NO_VALUE),
    "NaN": ({"A": NAN}, NO_VALUE),
    "infinite": ({"A": INF}, NO_VALUE),
    "text as value": ({"A": "1"}, NO_VALUE),
    "word as value": ({"A": "yes"}, NO_VALUE),
    "None as value": ({"A": None}, NO_VALUE),
    "list as value": ({"A": [1.0]}, NO_VALUE),
    "list": (["A"], NOT_CATEGORIES),
    "text": ("A", NOT_CATEGORIES),
}

NOT_TEXT = Raises(ValueError, "doc._.summary must be text")

# Summaries of "I saw Anna in Paris".
TARGETS = {
    "right": ("Anna in Paris", LEARNS),
    "the text itself": ("I saw Anna in Paris", LEARNS),
    "missing": (None, NOTHING),
    "empty": ("", NOTHING),
    "a space": (" ", NOTHING),
    "newlines": ("\n\n", NOTHING),
    "ideographic space": ("\u3000", NOTHING),
    "newline inside": ("Anna\nin\nParis", LEARNS),
    "space around": ("  Anna  ", LEARNS),
    "far too long": ("Anna " * 500, LEARNS),
    "long word": ("a" * 5000, LEARNS),
    "unknown words": ("qzx vbn", LEARNS),
    "NUL": ("\x00", LEARNS),
    "control characters": ("\x01\x02", LEARNS),
    "emoji with joiners": ("👨‍👩‍👧", LEARNS),
    "right-to-left": ("אנה בפריז", LEARNS),
    "only punctuation": ("!!!", LEARNS),
    "special words": ("<unk> </s>", LEARNS),
    "half a character": ("\ud800", Raises(UnicodeEncodeError, "surrogates not allowed")),
    "number": (3, NOT_TEXT),
    "NaN": (NAN, NOT_TEXT),
    "truth value": (True, NOT_TEXT),
    "list": (["Anna", "in", "Paris"], NOT_TEXT),
    "object": ({"text": "Anna"}, NOT_TEXT),
    "bytes": (b"Anna", NOT_TEXT),
    "Doc": (Doc(Vocab(), ["Anna"]), NOT_TEXT),
    "nothing": (0, NOTHING),
}

ANNOTATIONS = {"rnn_ner": ENTITIES, "rnn_textcat": CATEGORIES, "rnn_summarizer": TARGETS}
CASES = [
    (component, name, annotation, expected)
    for component, annotations in ANNOTATIONS.items()
    for name, (annotation, expected) in annotations.items()
]
