"""Sends the notifications of runs that have ended: from the table's stream to a queue, from the queue to people."""
