"""Which bodies are read as what they say, and which stay bytes."""

_TEXTS = frozenset({"application/json", "application/xml", "application/x-www-form-urlencoded"})


def is_read(content_type: str) -> bool:
    """Say whether a body of this Content-Type is parsed or read as text; any other stays bytes, whatever they are."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind in _TEXTS or kind.startswith("text/") or kind.endswith(("+json", "+xml"))
