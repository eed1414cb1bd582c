"""The pure part of the benchmarks: what is asked, how it is told."""
