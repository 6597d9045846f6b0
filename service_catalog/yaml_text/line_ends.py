"""How lines end. Forms send one way whatever a file has, and a change of one line shall not be one of all."""


def as_in(there: str, text: str) -> str:
    """``text`` with the line ends of what is there, or of most of it."""
    plain = text.replace("\r\n", "\n")
    is_crlf = there.count("\r\n") * 2 > there.count("\n")
    return plain.replace("\n", "\r\n") if is_crlf else plain
