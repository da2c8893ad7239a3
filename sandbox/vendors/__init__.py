"""The vendors as loopback servers: stateful, with the shapes, errors, limits and callbacks of the real ones."""
