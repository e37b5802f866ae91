"""Named entities: gold annotation to tags, scores to spans."""
