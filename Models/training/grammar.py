"""Templates and what turns their words into a sentence.

A template is text with alternatives in brackets, which may nest and may be empty, and with slots in
braces: "The heart is [|{adverb}] [enlarged|increased in size]".
"""

import functools
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

Option = TypeVar("Option")
# A compiled template: texts, and tuples of compiled alternatives.
Compiled = tuple

_SLOT = re.compile(r"\{(\w+)[:}]")
_ARTICLE = re.compile(r"\b([Aa])n? (?=(\w+))")
# Numbers that begin with a vowel when read aloud: eight, eleven, eighteen, eighty …
_SPOKEN_VOWEL = re.compile(r"[aeiou]|8|1[18]$", re.IGNORECASE)


def choose(options: Sequence[Option], random: np.random.Generator) -> Option:
    """One of the options, all equally likely; cheaper than Generator.choice."""
    return options[int(random.random() * len(options))]


def expand(template: str, random: np.random.Generator) -> str:
    """The template with every bracket replaced by one of its alternatives; slots stay."""
    return _expanded(compiled(template), random)


@functools.cache
def compiled(template: str) -> Compiled:
    """Raises ValueError where brackets do not match."""
    parts, end = _sequence(template, 0)
    if end != len(template):
        raise ValueError(f"unmatched bracket at character {end} of template {template!r}")
    return parts


@functools.cache
def slots(template: str) -> frozenset[str]:
    """The names in braces, of all alternatives."""
    return frozenset(_SLOT.findall(template))


@functools.cache
def expansions(template: str) -> tuple[str, ...]:
    """Every text that expand() can give."""
    return tuple(_all(compiled(template)))


def sentence_of(template: str, values: Mapping[str, str], random: np.random.Generator) -> str:
    """A sentence: brackets chosen, slots filled, spaces, articles and the first letter put right,
    with a full stop.
    """
    return polished(expand(template, random).format_map(values))


def polished(text: str) -> str:
    """One space between words, none before commas, "an" before vowels, a capital, a full stop."""
    text = " ".join(text.split()).replace(" ,", ",").replace(" :", ":").rstrip(",")
    text = _ARTICLE.sub(_article, text)
    return text[0].upper() + text[1:] + "."


def listed(items: Sequence[str], word: str) -> str:
    """ "a", "a or b", "a, b or c"."""
    return f" {word} ".join(filter(None, (", ".join(items[:-1]), items[-1])))


def _article(match: re.Match) -> str:
    return match[1] + ("n " if _SPOKEN_VOWEL.match(match[2]) else " ")


def _sequence(template: str, start: int) -> tuple[Compiled, int]:
    """Parts up to the end, or to a "|" or "]" that belongs to the caller."""
    parts, position, text = [], start, start
    while position < len(template) and template[position] not in "|]":
        if template[position] == "[":
            parts.append(template[text:position])
            alternatives = []
            while True:
                alternative, position = _sequence(template, position + 1)
                alternatives.append(alternative)
                if position == len(template):
                    raise ValueError(f"bracket without end in template {template!r}")
                if template[position] == "]":
                    break
            parts.append(tuple(alternatives))
            text = position + 1
        position += 1
    parts.append(template[text:position])
    return tuple(part for part in parts if part), position


def _expanded(parts: Compiled, random: np.random.Generator) -> str:
    return "".join(
        part if isinstance(part, str) else _expanded(choose(part, random), random) for part in parts
    )


def _all(parts: Compiled) -> list[str]:
    texts = [""]
    for part in parts:
        endings = [part] if isinstance(part, str) else [t for option in part for t in _all(option)]
        texts = [text + ending for text in texts for ending in endings]
    return texts
