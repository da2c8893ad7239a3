"""Trains a yes-or-no model on any table: read, infer, suspect, split, tune, fit, calibrate, judge, explain."""
