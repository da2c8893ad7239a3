"""Trends: what is counted by the hour, what is usual, what is coming, and who is told when it is not usual."""
