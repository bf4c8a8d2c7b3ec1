"""The content security policy of a page: exactly its own scripts, and no connection.

The policy lists the hash of each script that stands in the page, so that nothing
that finds its way into the document later can run. See
https://www.w3.org/TR/CSP3/.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable
from html.parser import HTMLParser

_NONE = "'none'"
# Types of <script> that hold data, which no browser runs.
_DATA_TYPES = ("application/json", "text/plain")


def content_security_policy(
    html: str,
    *,
    later: Iterable[str] = (),
    image_hosts: Collection[str] = (),
    media_hosts: Collection[str] = (),
    data_hosts: Collection[str] = (),
    script_hosts: Collection[str] = (),
) -> str:
    """Write the policy that lets the scripts of a document run, and nothing else.

    ``later`` are scripts that it runs from data; ``image_hosts`` are those of tiles and
    pictures, ``media_hosts`` of films, ``data_hosts`` of data that layers read; ``script_hosts``
    those from which layers that the author added load scripts and styles.

    Examples
    --------
    >>> policy = content_security_policy("<script>1</script>", image_hosts=["https://a.org"])
    >>> "script-src 'sha256-" in policy, "img-src data: blob: https://a.org" in policy
    (True, True)
    """
    hashes = [f"'sha256-{_digest(script)}'" for script in (*inline_scripts(html), *later)]
    styles = " ".join(["'unsafe-inline'", *sorted(script_hosts)])
    scripts = " ".join([*dict.fromkeys(hashes), *sorted(script_hosts)]) or "'none'"
    # A script from outside may fetch the tiles itself.
    fetched = {*data_hosts, *script_hosts, *(image_hosts if script_hosts else ())}
    media = [f"media-src {' '.join(['data:', 'blob:', *sorted(media_hosts)])}"]
    return "; ".join(
        [
            "default-src 'none'",
            # The nonce-less hashes make inline handlers and javascript: links inert too.
            f"script-src {scripts}",
            # Leaflet places its panes by style attributes, which have no hash of their own.
            f"style-src {styles}",
            f"img-src {' '.join(['data:', 'blob:', *sorted({*image_hosts, *script_hosts})])}",
            *(media if media_hosts else ()),
            f"font-src {' '.join(['data:', *sorted(script_hosts)])}",
            f"connect-src {' '.join(sorted(fetched)) or _NONE}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def inline_scripts(html: str) -> list[str]:
    """List the text of each script that a browser would run, in order."""
    parser = _Scripts()
    # Browsers hash the text after they have made all line ends one character.
    parser.feed(html.replace("\r\n", "\n").replace("\r", "\n"))
    parser.close()
    return parser.found


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and "src" not in given and given.get("type") not in _DATA_TYPES:
            self._inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
