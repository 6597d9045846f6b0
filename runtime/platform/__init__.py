"""What a platform team asks of a whole environment: what is pending, what has drifted, who uses what, what runs out.

Each file answers one question, from the catalog and a snapshot that was taken anyway, and asks AWS nothing. Only what
says so in its first lines does, and is read behind the pages.
"""
