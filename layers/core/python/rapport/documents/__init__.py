"""Documents: templates, generation, signing, download."""
