"""Language-model help with a rules engine of the same shape behind it (docs/ai.md)."""
