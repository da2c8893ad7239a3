"""The demonstration bank, made up and seeded. SYNTHETIC: no figure from it is real."""
