"""Tables of what the benchmarks measured, in Markdown."""
