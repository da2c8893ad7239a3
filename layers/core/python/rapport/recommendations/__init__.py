"""What to do for a customer, what became of it, and whether it did any good."""
