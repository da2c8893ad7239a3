"""What every context stands on: settings, errors, observability, clocks. It knows no context."""
