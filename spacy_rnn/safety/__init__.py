"""Loading pipelines that others made: nothing damaged, nothing run, nothing oversized."""
