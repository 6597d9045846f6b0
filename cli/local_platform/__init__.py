FILLED = "filled"
"""Stands in the state directory once every service had its first release for the demo."""
