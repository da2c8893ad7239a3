"""The models: each module exports `DEFINITION`."""
