"""The options of curl: which letter means which, which take a value, and which mean nothing here."""

from __future__ import annotations

# Letter → its long name.
LETTERS = {
    "A": "--user-agent", "b": "--cookie", "B": "--use-ascii", "c": "--cookie-jar", "C": "--continue-at",
    "d": "--data", "D": "--dump-header", "e": "--referer", "E": "--cert", "f": "--fail", "F": "--form",
    "g": "--globoff", "G": "--get", "H": "--header", "i": "--include", "I": "--head", "k": "--insecure",
    "K": "--config", "L": "--location", "m": "--max-time", "n": "--netrc", "N": "--no-buffer",
    "o": "--output", "O": "--remote-name", "p": "--proxytunnel", "q": "--disable", "Q": "--quote",
    "r": "--range", "R": "--remote-time", "s": "--silent", "S": "--show-error", "T": "--upload-file",
    "u": "--user", "U": "--proxy-user", "v": "--verbose", "w": "--write-out", "x": "--proxy",
    "X": "--request", "Y": "--speed-limit", "y": "--speed-time", "z": "--time-cond", "Z": "--parallel",
    "#": "--progress-bar", "0": "--http1.0", "4": "--ipv4", "6": "--ipv6", "j": "--junk-session-cookies",
}  # fmt: skip
# Other names of the same.
NAMES = {
    "--data-ascii": "--data",
    "--data-binary": "--data",
    "--location-trusted": "--location",
}
# Known, and without a meaning for a node; those with a value swallow it.
_LEFT_OUT_WITH_VALUE = """
--aws-sigv4 --cacert --capath --cert --cert-type --ciphers --config --continue-at --cookie-jar --crlfile
--delegation --dns-interface --dns-ipv4-addr --dns-servers --doh-url --dump-header --engine --expect100-timeout
--happy-eyeballs-timeout-ms --interface --keepalive-time --key --key-type --limit-rate --local-port
--max-filesize --netrc-file --noproxy --output --output-dir --pass --pinnedpubkey --preproxy --proto
--proto-default --proto-redir --proxy-cacert --proxy-cert --proxy-header --proxy-key --quote --range --rate
--resolve --connect-to --retry --retry-delay --retry-max-time --service-name --socks4 --socks4a --socks5
--socks5-hostname --speed-limit --speed-time --stderr --time-cond --tls-max --tls13-ciphers --trace
--trace-ascii --unix-socket --upload-file --variable --write-out
"""
_LEFT_OUT_VALUED = frozenset(_LEFT_OUT_WITH_VALUE.split())
_LEFT_OUT_ALONE = """
--use-ascii --netrc --netrc-optional --remote-name --remote-name-all --remote-header-name --remote-time
--proxytunnel --disable --parallel --http1.0 --http2 --http2-prior-knowledge --http3 --ipv4 --ipv6
--junk-session-cookies --anyauth --digest --negotiate --ntlm --proxy-insecure --tcp-fastopen --tcp-nodelay
--tlsv1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 --create-dirs --path-as-is --raw --retry-all-errors
--retry-connrefused --next --post301 --post302 --post303 --cert-status --ssl-reqd --ssl --no-keepalive --xattr
--styled-output --tr-encoding --compressed-ssh --trace-time --proxy-basic
"""
LEFT_OUT = _LEFT_OUT_VALUED | frozenset(_LEFT_OUT_ALONE.split())
_TAKEN_WITH_VALUE = """
--header --data --data-ascii --data-raw --data-binary --data-urlencode --json --form --form-string --url
--url-query --request --user --oauth2-bearer --max-time --connect-timeout --max-redirs --proxy --proxy-user
--user-agent --referer --cookie
"""
VALUED = _LEFT_OUT_VALUED | frozenset(_TAKEN_WITH_VALUE.split())
