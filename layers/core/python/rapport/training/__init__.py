"""Retraining: runs of the training workflow, what they learn from, and what becomes of them."""
