"""Pipeline components: Docs to labels, scores to annotations."""
