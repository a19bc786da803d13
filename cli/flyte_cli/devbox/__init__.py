"""AWS in a box: ministack on this machine's loopback, with the stack of this repository deployed to it."""
