FILLED = "filled"
"""Stands in the state directory once every service had its first release for the demo."""
AT_WORK = "Ito Haruka"
"""Of the demo's sample people, who left work for others to find"""
