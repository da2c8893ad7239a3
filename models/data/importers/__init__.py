"""Public data sets as tables to learn from: raw files in, a frame with its target, group and time out."""
