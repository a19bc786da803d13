"""Forecasts tomorrow's temperature at some stations, from readings of the last days."""
