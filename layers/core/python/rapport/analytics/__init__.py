"""Analytics: what the counters of the customers table say, read without a scan."""
