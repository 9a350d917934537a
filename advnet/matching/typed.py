"""What somebody typed into a search field, in a form that can be looked for and shown again."""


def read_typed(text: str, *, longest: int) -> str:
    """The first ``longest`` characters, a space for each that no page can show, such as control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:longest])
