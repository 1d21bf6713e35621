"""Words from strangers made safe to show: what a person typed stays words and cannot forge a line of ours."""


def visible(text: str) -> str:
    """Text in which control characters and line breaks are spelled out."""
    return text if text.isprintable() else "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
