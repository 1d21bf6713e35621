"""The notice that every output carries, and words from strangers made safe to show: they cannot forge a line of ours."""

NOTICE = "DRAFT. A prescriber must approve and sign this schedule before anyone uses it."


def visible(text: str) -> str:
    """Text in which control characters and line breaks are spelled out."""
    return text if text.isprintable() else "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
