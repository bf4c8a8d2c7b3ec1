from __future__ import annotations

import base64
import hashlib

from mapping.page.policy import content_security_policy, inline_scripts


def digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def directive(policy: str, name: str) -> str:
    return next(part for part in policy.split("; ") if part.startswith(name + " "))


def test_only_scripts_that_run_are_listed() -> None:
    page = (
        "<script>a && '<b>'</script><script type='application/json'>{}</script>"
        "<script type='text/plain'>x</script><script src='https://x.org/y.js'></script>"
    )

    assert inline_scripts(page) == ["a && '<b>'"]
    assert (
        directive(content_security_policy(page), "script-src")
        == f"script-src 'sha256-{digest(chr(97) + ' && ' + chr(39) + '<b>' + chr(39))}'"
    )


def test_line_ends_are_hashed_as_browsers_read_them() -> None:
    assert inline_scripts("<script>a\r\nb\rc</script>") == ["a\nb\nc"]


def test_nothing_is_allowed_that_was_not_asked_for() -> None:
    policy = content_security_policy("<p>")

    assert directive(policy, "default-src") == "default-src 'none'"
    assert directive(policy, "script-src") == "script-src 'none'"
    assert directive(policy, "connect-src") == "connect-src 'none'"
    assert "http" not in policy
    assert "unsafe-eval" not in policy


def test_tiles_open_images_only_and_online_layers_their_host() -> None:
    tiles = content_security_policy("<p>", image_hosts=["https://*.tiles.org"])
    assert directive(tiles, "img-src").endswith("https://*.tiles.org")
    assert directive(tiles, "script-src") == "script-src 'none'"

    online = content_security_policy("<p>", script_hosts=["https://cdn.org"])
    assert "https://cdn.org" in directive(online, "script-src")
    assert "https://cdn.org" in directive(online, "style-src")
