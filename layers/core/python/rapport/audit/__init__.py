"""The audit trail: who did what to what, when, from where; hash-chained, under pseudonyms."""
