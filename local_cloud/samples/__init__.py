"""The programs that stand for images on the local cloud, and the table that says which image is which.

They use the standard library alone and are started without site-packages: a local cloud runs hundreds of them.
"""
