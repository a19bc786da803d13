"""Agents, and apps around them: kept for programs that name them."""
