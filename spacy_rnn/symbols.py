"""The two words that every target vocabulary begins with."""

# Ends a target, and stands before its first word.
END = 0
# Stands for all words without an id of their own. It is read by a decoder, but never written.
UNKNOWN = 1
