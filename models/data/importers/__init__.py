"""Readers of public data sets, one module each; the data is no part of this repository."""
