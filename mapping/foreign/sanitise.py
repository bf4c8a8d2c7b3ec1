"""Markup that a layer holds on purpose, without what runs, loads or leads away.

The work is nh3's (ammonia): it parses as browsers do and keeps what is listed.
"""

from __future__ import annotations

import html
import json
import re
from functools import cache
from typing import Final

import nh3

# Only these begin a tag, a comment or an end tag; "a < b" does not. One at the end may be
# completed by what a script puts behind it.
_TAG: Final = re.compile(r"<(?=[A-Za-z/!?]|$)")
_TAG_IN_JSON: Final = re.compile(r'(?:<|\\u003[cC])(?=[A-Za-z/!?"\\])')

# A popup may be laid out, but not laid over the page.
_PROPERTIES: Final = """
    background background-color border border-bottom border-collapse border-color border-left
    border-radius border-right border-spacing border-style border-top border-width box-shadow
    box-sizing clear color direction display fill fill-opacity float font font-family font-size
    font-style font-variant font-weight gap height letter-spacing line-height list-style
    list-style-type margin margin-bottom margin-left margin-right margin-top max-height max-width
    min-height min-width opacity overflow overflow-wrap overflow-x overflow-y padding
    padding-bottom padding-left padding-right padding-top stroke stroke-width table-layout
    text-align text-decoration text-indent text-overflow text-shadow text-transform
    vertical-align white-space width word-break word-wrap
"""
_SCHEMES: Final = {"http", "https", "mailto", "tel", "data"}
_PICTURE: Final = re.compile(r"data:image/[\w.+-]+[;,]", re.IGNORECASE)
# Names that the page and Leaflet use themselves.
_OWN_CLASS: Final = re.compile(r"(ca|leaflet)-|ca$")


def clean_markup(text: str, *, laid_out: bool = True) -> str:
    """Keep the harmless part of a text's markup; a text without tags stays as it is.

    Scripts, event handlers, addresses that run, refreshes, frames and forms go; so do ids,
    which could take the place of the page's own. Unless ``laid_out`` is false, styles that
    position go too.

    Examples
    --------
    >>> clean_markup("<b onclick='steal()'>4,000</b><meta http-equiv=refresh content=0>")
    '<b>4,000</b>'
    >>> clean_markup("a < b & c")
    'a < b & c'
    """
    if not _TAG.search(text):
        return text
    return _cleaner(filtered=laid_out).clean(text)


def clean_leaves(value: object) -> object:
    """Clean each text in lists and dicts, their keys too."""
    if isinstance(value, str):
        return clean_markup(value)
    if isinstance(value, dict):
        return {clean_leaves(key): clean_leaves(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [clean_leaves(each) for each in value]
    return value


def clean_json(text: str) -> str:
    r"""Clean each text in JSON, and write it so that it can stand in any script.

    Examples
    --------
    >>> print(clean_json('{"a": "<i>b</i><script>c</script>"}'))
    {"a": "\u003ci\u003eb\u003c/i\u003e"}
    """
    # Most data has no tag anywhere, and coordinates need not be read again.
    if _TAG_IN_JSON.search(text):
        text = json.dumps(clean_leaves(json.loads(text)))
    for character in "<>&'\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def plain_text(text: str) -> str:
    """Escape text for a name that Leaflet takes for HTML.

    Characters that scripts and templates know go too, for those that read it once more.
    """
    escaped = html.escape(text)
    for character in "`${}":
        escaped = escaped.replace(character, f"&#{ord(character)};")
    return escaped


@cache
def _cleaner(*, filtered: bool) -> nh3.Cleaner:
    attributes = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
    attributes["*"] = {"class", "dir", "lang", "style", "title"}
    attributes["a"].add("target")
    attributes["table"] |= {"border", "cellpadding", "cellspacing", "width"}
    for cell in ("td", "th"):
        attributes[cell] |= {"width", "height", "valign"}
    attributes["font"] = {"color", "face", "size"}
    return nh3.Cleaner(
        tags=nh3.ALLOWED_TAGS | {"font", "big", "tfoot"},
        attributes=attributes,
        attribute_filter=_attribute,
        url_schemes=_SCHEMES,
        url_relative=_relative,
        filter_style_properties=set(_PROPERTIES.split()) if filtered else None,
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    # A "<" in an attribute is a tag to whoever puts the text somewhere else.
    if "<" in value:
        return None
    if name == "class":
        return " ".join(part for part in value.split() if not _OWN_CLASS.match(part)) or None
    if value.strip().lower().startswith("data:") and not (
        tag == "img" and name == "src" and _PICTURE.match(value.strip())
    ):
        return None
    return value


def _relative(url: str) -> str | None:
    """Keep links to a state of the page; what else lies beside the file is not in it."""
    return url if url.startswith("#") else None
