"""Measures synthesis as whole processes, beside peers in the same run, and writes `docs/benchmarks.md`."""
