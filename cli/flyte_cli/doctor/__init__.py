"""`flyte doctor`: what keeps this machine and the backend from working together, and how to mend each."""
