"""What is normal for a user, and what is not, folded from the events of the intelligence stream."""
