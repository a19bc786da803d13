"""Ministack as the devbox runs it. Runs in the devbox's own environment: the standard library and ministack, no flyte.

The version of ministack is pinned by its hash, so what is adapted here is known to the byte.
"""
