"""The intelligence stream: events in, processors that fold them, and what the processors measure of themselves."""
