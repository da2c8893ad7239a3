"""What is normal for a user: patterns, preferences, anomalies and risk, folded from the events of the intelligence stream."""
