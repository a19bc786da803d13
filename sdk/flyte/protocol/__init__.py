"""Frozen models that the client and the functions exchange; nothing here touches AWS, HTTP or user code."""
