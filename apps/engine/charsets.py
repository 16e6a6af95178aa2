"""The charsets that a text from outside may be in: those whose decoders are linear and yield whole characters.

Python knows stranger ones: `punycode` is quadratic, `undefined` raises what nobody expects, and a name that no codec
has is remembered for ever by `codecs.lookup`. So a stranger's name is never looked up there.
"""

_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "latin-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-1": "latin-1",
    "iso8859-1": "latin-1",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16-le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "utf-16-be": "utf-16-be",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "gb2312": "gb2312",
    "gbk": "gbk",
    "gb18030": "gb18030",
    "big5": "big5",
    "shift-jis": "shift_jis",
    "euc-jp": "euc_jp",
    "euc-kr": "euc_kr",
}
# There is no ISO 8859-12.
_CODECS |= {f"iso-8859-{part}": f"iso8859-{part}" for part in (*range(2, 12), *range(13, 17))}
_CODECS |= {f"windows-{page}": f"cp{page}" for page in range(1250, 1259)}
_CODECS |= {f"cp{page}": f"cp{page}" for page in range(1250, 1259)}

NAMES = frozenset(_CODECS)


def codec_of(charset: str) -> str | None:
    """Return Python's name for a charset that we read, None for any other."""
    return _CODECS.get(charset.lower().replace("_", "-"))
