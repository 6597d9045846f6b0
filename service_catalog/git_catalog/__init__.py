"""A catalog in a Git repository: each change is one commit in the name of who made it.

commands.py        the git command, and what its failures are in a sentence
catalog.py         a change as a commit, on the default branch or a branch of its own
clone.py           a clone where there is none
proposals.py       what was pushed and is not merged yet
pull_requests.py   the address that opens a pull request
"""
