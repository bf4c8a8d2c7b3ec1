"""One number, in digits or words: "6,500", "6.5k", "twenty-five thousand", "۶۵۰۰".

The words stand in ``data/numerals.csv``: ``number`` and ``scale`` have a value,
``scale_of`` only means something after a number (тысяч, k), ``joiner`` links a
scale to what follows it (and, و), ``article`` stands for one before a scale (a
thousand), ``fraction`` is a part of a scale (half a million), ``plus_half`` adds a half
to what stands before it (six and a half), and ``approximate`` is a scale that means
"about" by itself (une centaine). A ``genitive`` is a scale after a word such as "over"
(более тысячи). ``vague`` is no number at all (several, dozens), though where it has a
value, at least two of these are meant; a ``filler`` may stand between such words (of).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import pandas as pd

from geodata.errors import QuantityError
from geodata.text.number_sum import NumberSum
from geodata.text.quoting import quoted

LARGEST: Final = 1e12

# Kept apart from NFKC, which would turn the footnote in "6,500²" into a digit.
_LOOKALIKES: Final = str.maketrans(
    {
        "−": "-",
        "٬": ",",
        "،": ",",
        "，": ",",
        "～": "~",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "ё": "е",
        "Ё": "е",
        "ي": "ی",
        "ى": "ی",
        "ك": "ک",
        "ة": "ه",
        "أ": "ا",
        "إ": "ا",
    }
)
_DIGIT_THEN_LETTER: Final = re.compile(r"(?<=[0-9])(?=[^\W\d_])|(?<=[^\W\d_])(?=[0-9])")
_ABBREVIATION_THEN_DIGIT: Final = re.compile(r"(?<=[^\W\d_]\.)(?=[0-9])")
_SIGNS: Final = re.compile(r" *([~≈≃≅∼<>≤≥⩽⩾=+]+) *")

_PLUS_HALF: Final = "plushalf"
_DEMI: Final = re.compile(r"(?<!\S)(?:une? )?demi-")
_HYPHENED: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_TOKEN: Final = re.compile(
    r"[0-9]+(?:[.,'٫ ][0-9]+)*|[^\W\d_]+(?:'[^\W\d_]+)?\.?|(?<=\w)-(?=\w)|\S"
)

_PLAIN: Final = re.compile(r"[0-9]+")
_GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}([ ,'])[0-9]{3}(?:\1[0-9]{3})*(?:[.٫][0-9]+)?")
_GROUPED_BY_SPACE: Final = re.compile(r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:,[0-9]{1,2})?")
_GROUPED_BY_DOT: Final = re.compile(
    r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){2,}|\.[0-9]{3}(?=,))(?:,[0-9]+)?"
)
_GROUPED_IN_LAKHS: Final = re.compile(r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}")
_DECIMAL: Final = re.compile(r"[0-9]+[.٫][0-9]+")
_DECIMAL_COMMA: Final = re.compile(r"[0-9]+,[0-9]{1,2}|0,[0-9]+")
_ONE_DOT_THREE_DIGITS: Final = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_ONE_COMMA_THREE_DIGITS: Final = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")


@dataclass(frozen=True)
class _Words:
    numbers: dict[str, float]
    scales: dict[str, float]
    only_after_number: frozenset[str]
    joiners: frozenset[str]
    articles: frozenset[str]
    vague: frozenset[str]
    fractions: dict[str, float]
    plus_half: frozenset[str]
    approximate: frozenset[str]
    genitives: frozenset[str]
    fillers: frozenset[str]
    several: dict[str, float]  # the vague words of which at least two are meant, and of what


@cache
def _words() -> _Words:
    path = files("geodata") / "data" / "numerals.csv"
    with path.open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype="str")
    table["word"] = table["word"].map(normalise)

    def of(*kinds: str) -> pd.DataFrame:
        return table[table["kind"].isin(kinds)]

    def values(*kinds: str) -> dict[str, float]:
        rows = of(*kinds).dropna(subset=["value"])
        return dict(zip(rows["word"], rows["value"].astype(float), strict=True))

    return _Words(
        values("number"),
        values("scale", "scale_of", "approximate"),
        frozenset(of("scale_of")["word"]),
        frozenset(of("joiner")["word"]),
        frozenset(of("article")["word"]),
        frozenset(of("vague")["word"]),
        values("fraction"),
        frozenset(of("plus_half")["word"]),
        frozenset(of("approximate")["word"]),
        frozenset(of("genitive")["word"]),
        frozenset(of("filler")["word"]),
        values("vague"),
    )


def normalise(text: str) -> str:
    """Bring digits, spaces, dashes, signs and letters of a text to one form each.

    Digits of every script become ASCII, every space a plain one, dashes ``-``;
    invisible signs and vowel marks go, letters are case-folded, and a space stands
    between words, digits and signs.

    Raises
    ------
    QuantityError
        For signs that look like digits but are not, such as ``½`` and ``²``.

    Examples
    --------
    >>> normalise("Over ۶٬۵۰۰")
    'over 6,500'
    """
    if not text.isascii():
        text = "".join(map(_plain_character, unicodedata.normalize("NFC", text)))
    text = text.translate(_LOOKALIKES).casefold()
    text = _DIGIT_THEN_LETTER.sub(" ", text)
    text = _ABBREVIATION_THEN_DIGIT.sub(" ", text)
    return " ".join(_SIGNS.sub(r" \1 ", text).split())


def _plain_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category in {"No", "Nl"}:
        message = (
            f"{quoted(character)} is no plain digit: write the number in digits, such as 6.5 or "
            "6500, and leave footnote signs out"
        )
        raise QuantityError(message)
    if category == "Pd":
        return "-"
    if category == "Zs":
        return " "
    return "" if category in {"Cf", "Mn"} else character


def is_vague(text: str) -> bool:
    """Whether a normalised text holds a word such as "several" that gives no number."""
    words = text.split()
    vague = _words().vague
    return any(" ".join(words[i : i + n]) in vague for n in (1, 2) for i in range(len(words)))


def is_approximate(text: str) -> bool:
    """Whether a normalised text holds a numeral that means "about": une centaine."""
    return not _words().approximate.isdisjoint(text.split())


def after_a_bound(text: str) -> str:
    """Give a normalised text that follows a word such as "over" the one that it leaves out.

    >>> after_a_bound("тысячи")
    '1 тысячи'
    """
    return f"1 {text}" if text.split(" ", 1)[0] in _words().genitives else text


def sure_floor(text: str) -> float | None:
    """Return what a vague number in a normalised text surely leaves: at least two of its words.

    None where the text is no such number, or its words say nothing of how many ("many").

    >>> sure_floor("several hundred"), sure_floor("tens of thousands"), sure_floor("many")
    (200.0, 20000.0, None)
    """
    words = _words()
    tokens = text.replace("'", "' ").split()
    floor, vague, at = 1.0, False, 0
    while at < len(tokens):
        pair, one = " ".join(tokens[at : at + 2]), tokens[at]
        if pair in words.several or one in words.several:
            word = pair if pair in words.several else one
            floor, vague = floor * words.several[word], True
            at += len(word.split())
        elif vague and one in words.scales:
            floor, at = floor * words.scales[one], at + 1
        elif one in words.fillers:
            at += 1
        else:
            return None
    return 2 * floor if vague and floor <= LARGEST else None


def leading_number(text: str) -> str | None:
    """Return the digits that a normalised text begins with, if any."""
    match = re.match(r"[0-9][0-9.,' ]*(?<! )", text)
    return match.group().rstrip(".,'") if match else None


def amount(  # noqa: PLR0912 - one branch for each kind of word
    text: str, *, scale_alone: bool = True
) -> float | None:
    """Read a normalised text as one number; None where it is none.

    ``scale_alone`` allows a scale without a number, as in "over [one] thousand".

    Raises
    ------
    QuantityError
        Where the digits can be read in two ways, or in none.

    Examples
    --------
    >>> amount("twenty-five thousand")
    25000.0
    >>> amount("6.5 k")
    6500.0
    >>> amount("some") is None
    True
    """
    if not text:
        return None
    if _PLAIN.fullmatch(text):
        return _checked(float(text), text)
    words = _words()
    tokens = _tokens(text, words)
    kinds = [_kind(token, words) for token in tokens]
    if "?" in kinds:
        return None
    total = NumberSum(scale_alone=scale_alone)
    for i, (token, kind) in enumerate(zip(tokens, kinds, strict=True)):
        scale_follows = i + 1 < len(kinds) and kinds[i + 1] == "scale"
        if kind == "digits":
            fits = total.add_digits(_digits(token, scale_follows=scale_follows))
        elif kind == "number":
            fits = total.add_number(words.numbers[token])
        elif kind == "scale":
            needs_number = token in words.only_after_number
            if kinds[:i] in ([], ["article"]) and token.isascii():
                _refuse_a_rest(text, words.scales[token], tokens[i + 1 :], words)
            fits = total.multiply(words.scales[token], needs_number=needs_number)
        elif kind == "fraction":
            fits = "scale" in kinds[i + 1 : i + 3] and total.add_number(words.fractions[token])
        elif kind == _PLUS_HALF:
            fits = total.add_half(last=i + 1 == len(kinds), scale_follows=scale_follows)
        elif kind == "article":
            fits = scale_follows and (kinds[i - 1 : i] == ["fraction"] or total.add_number(1.0))
        else:
            fits = _joins(kind, kinds[i - 1] if i else "", kinds[i + 1 :])
        if not fits:
            return None
    result = total.result()
    return None if result is None else _checked(result, text)


def _tokens(text: str, words: _Words) -> list[str]:
    """Split a text into words and digits; "and a half" is one of them."""
    for phrase in words.plus_half:
        if phrase in text:
            text = re.sub(rf"(?<!\S){phrase}(?!\S)", _PLUS_HALF, text)
    text = _DEMI.sub("demi ", text)
    text = _HYPHENED.sub(lambda found: _one_number(found[0], words), text)
    return _TOKEN.findall(text)


def _one_number(text: str, words: _Words) -> str:
    """Join what is one number and no range: soixante-dix, quatre-vingts."""
    joined = text.replace("-", "")
    return joined if joined in words.numbers else text


def _refuse_a_rest(text: str, scale: float, rest: list[str], words: _Words) -> None:
    """Refuse "thousand five": some mean 1,005, some 1,500."""
    if len(rest) == 1 and rest[0].isascii() and (number := words.numbers.get(rest[0])):
        readings = (f"{scale + number:.0f}", f"{scale + number * scale / 10:.0f}")
        if number < 10:  # noqa: PLR2004 - one figure
            raise QuantityError(_two_readings(text, readings), suggestions=readings)


def spread_scale(low: str, high: str) -> str:
    """Return ``low`` with the scale that closes ``high``: "15" of "15–20 thousand".

    Both are normalised texts; ``low`` stays as it is where it has a scale of its own.
    """
    words = _words()
    if any(token in words.scales for token in _TOKEN.findall(low)):
        return low
    closing: list[str] = []
    for token in reversed(_TOKEN.findall(high)):
        if token not in words.scales:
            break
        closing.insert(0, token)
    return " ".join([low, *closing])


def _kind(part: str, words: _Words) -> str:
    kind = "?"
    if part == _PLUS_HALF:
        kind = _PLUS_HALF
    elif part[0].isdigit():
        kind = "digits"
    elif part in words.fractions:
        kind = "fraction"
    elif part in words.numbers:
        kind = "number"
    elif part in words.scales:
        kind = "scale"
    elif part in words.joiners:
        kind = "joiner"
    elif part in words.articles:
        kind = "article"
    elif part == "-":
        kind = "hyphen"
    return kind


def _joins(kind: str, before: str, after: list[str]) -> bool:
    if kind == "hyphen":  # twenty-five
        return before == "number" and after[:1] == ["number"]
    # "and" follows a scale or, where "five hundred" is one word, a number: پنجصد و بیست.
    return before in {"scale", "number"} and after[:1] in (["number"], ["digits"])


def _digits(token: str, *, scale_follows: bool) -> float:
    if _PLAIN.fullmatch(token):
        return float(token)
    if scale_follows and _ONE_COMMA_THREE_DIGITS.fullmatch(token):
        raise QuantityError(_two_readings(token, (token.replace(",", ""), token.replace(",", "."))))
    if not scale_follows and _ONE_DOT_THREE_DIGITS.fullmatch(token):
        thousands = token.replace(".", "")
        decimal = token.rstrip("0").rstrip(".")
        raise QuantityError(
            _two_readings(token, (thousands, decimal)), suggestions=(thousands, decimal)
        )
    if _GROUPED.fullmatch(token) or _GROUPED_IN_LAKHS.fullmatch(token):
        return float(re.sub("[ ,']", "", token).replace("٫", "."))
    if _GROUPED_BY_SPACE.fullmatch(token) or _GROUPED_BY_DOT.fullmatch(token):
        return float(re.sub("[ .]", "", token).replace(",", "."))
    if _DECIMAL.fullmatch(token) or _DECIMAL_COMMA.fullmatch(token):
        return float(re.sub("[,٫]", ".", token))
    message = (
        f"the digits of {quoted(token)} are grouped in no known way: write them without "
        "separators, such as 6500 or 6.5, and two numbers as a range, such as 50-60"
    )
    raise QuantityError(message)


def _two_readings(token: str, readings: tuple[str, str]) -> str:
    return (
        f"{quoted(token)} can be read as {readings[0]} or as {readings[1]}: "
        "write the one that is meant"
    )


def _checked(value: float, text: str) -> float:
    if value > LARGEST:
        message = f"{quoted(text)} is larger than {LARGEST:,.0f}: check the number and its scale"
        raise QuantityError(message)
    return value
