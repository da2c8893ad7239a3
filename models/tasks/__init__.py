"""Training sets of churn, fraud and credit: rows, answers and the moment each answer was known."""
