"""Screenshots of the console for the documentation: `make screenshots` takes them from a devbox of its own."""
