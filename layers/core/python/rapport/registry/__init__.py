"""Models in service: versions, who is answered by which, what was predicted, and what came of it."""
