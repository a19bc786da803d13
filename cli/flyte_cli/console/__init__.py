"""The web console: a server on loopback that signs what the browser asks with the caller's own credentials."""
