"""The notice that every output carries, how a refusal begins, and words from strangers made safe: they cannot forge a line of ours."""

NOTICE = "DRAFT. A prescriber must approve and sign this schedule before anyone uses it."
# A refusal must never become an abrupt stop.
KEEP_TAKING = "do not stop the medicine; keep the present dose and contact {service}, today if the supply may run out"


def visible(text: str) -> str:
    """Text in which control characters and line breaks are spelled out."""
    return text if text.isprintable() else "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
