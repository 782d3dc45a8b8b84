"""What can go wrong with files that others wrote."""


class RefusedError(Exception):
    """Data that cannot be converted; one line: what was expected, found, and what to do."""


def one_line(text: object, longest: int = 200) -> str:
    """Foreign text as it may stand in a message: printable, on one line, not too long."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in str(text))
    return shown if len(shown) <= longest else shown[:longest] + "..."
