"""Measurements against a floor, in one run and on one store: `make bench`. docs/benchmarks.md tells what came out."""
