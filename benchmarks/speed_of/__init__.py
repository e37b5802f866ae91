"""What benchmarks/speed.py measures, one module per kind of work."""
