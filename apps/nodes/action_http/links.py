"""The Link header (RFC 8288): read in one pass, however it is written."""

from __future__ import annotations


def next_link(header: str) -> str | None:
    """Return the target of the first link whose relation is `next`; None: there is none."""
    place = 0
    while (start := header.find("<", place)) >= 0:
        end = header.find(">", start)
        if end < 0:
            return None
        parameters, place = _parameters(header, end + 1)
        if "next" in parameters.get("rel", "").lower().split():
            return header[start + 1 : end].strip()
    return None


def _parameters(header: str, place: int) -> tuple[dict[str, str], int]:
    """Return the parameters of one link, and where it ends: at a comma that is not quoted."""
    words: list[str] = [""]
    is_quoted = False
    while place < len(header):
        char = header[place]
        place += 1
        if is_quoted and char == "\\":
            words[-1] += header[place : place + 1]
            place += 1
        elif char == '"':
            is_quoted = not is_quoted
        elif is_quoted or char not in ",;":
            words[-1] += char
        elif char == ",":
            break
        else:
            words.append("")
    pairs = (word.partition("=") for word in words)
    parameters: dict[str, str] = {}
    for name, _, value in pairs:
        # Of a relation that is said twice the first one counts.
        parameters.setdefault(name.strip().lower(), value.strip())
    return parameters, place
