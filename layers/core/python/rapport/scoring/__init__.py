"""Scores of a customer or an event by every model of the bank, from what is known at that moment."""
