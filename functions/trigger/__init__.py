"""Starts the runs of triggers that are due."""
