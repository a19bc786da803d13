"""Closes what died: EventBridge events, crashed invocations, and a scheduled reconciler."""
