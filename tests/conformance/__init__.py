"""Runs the conformance programs and holds what failed against the list of what may fail yet."""
