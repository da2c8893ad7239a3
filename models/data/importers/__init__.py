"""Readers of public data sets from files of your own: one module each, with its source, its licence and its traps."""
