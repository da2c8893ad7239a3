"""Benchmarks of the models on real data: each figure beside its published one and its naive baselines."""
