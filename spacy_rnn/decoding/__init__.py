"""Search over scores, or over an injected step. Names no model."""
