"""What is deployed to make a backend: the functions' package and the template. Used by the devbox and for AWS."""
