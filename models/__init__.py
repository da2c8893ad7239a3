"""Training, evaluation, cards and publication of Rapport's models: `python -m models`."""
