"""The noun phrase of a finding: number, severity, size, location and head."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from finding import Finding
from grammar import choose, expand, expansions
from locations import Location
from wording import ADVERBS, AMOUNT, FLUID, GRADED, Wording

CENTIMETRE_SHARE = 0.04
"""How often a size is said as "1.2 cm", which the cleaning of texts tears apart at its point."""

_NUMBERS = ("", "", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_VAGUE_NUMBERS = ("multiple", "several", "multiple", "numerous")
# Sizes in millimetres from which, or up to which, a lesion is called large or small.
_SMALL_MM = {"Lung nodule": 15, "Lung cyst": 34}
_LARGE_MM = {"Lung mass": 60, "Lung cyst": 45}

# Heads before which "mildly" is right and "mild" is not; heads that tell a size themselves; heads
# that come in amounts.
_PARTICIPLE = re.compile(
    r"(enlarged|increased|thickened|calcified|consolidated|opacified|swollen|prominent)\b"
)
_SIZED_HEAD = re.compile(r"(big|large|abnormally|low|thick) ")
_MATTER = re.compile(r"\b(fluid|air|liquid)( |$)")


@dataclass(frozen=True)
class Head:
    """A head phrase, and how a sentence agrees with it."""

    text: str
    article: bool = False
    plural: bool = False
    many: bool = False
    """Whether it stands for more than one lesion, so that a number may precede it."""


@functools.cache
def heads(wording: Wording, many: bool, placed: bool) -> tuple[Head, ...]:
    """The heads for one lesion or for many, with a location or without."""
    if many and wording.many:
        groups = ((wording.many, Head("", plural=True, many=True)),)
    else:
        groups = (
            (wording.mass, Head("")),
            (wording.one, Head("", article=True)),
            (wording.plural, Head("", plural=True)),
        )
    unfit = "!" if placed else "@"
    return tuple(
        Head(text, kind.article, kind.plural, kind.many)
        for templates, kind in groups
        for template in templates
        if not template.startswith(unfit)
        for text in expansions(template.lstrip("@!"))
    )


def pick_head(options: Sequence[Head], random: np.random.Generator) -> Head:
    """One of them; the first, which is the label's own name or nearly, somewhat more often."""
    return options[0] if random.random() < 0.1 else choose(options, random)


def slots_of(head: Head) -> dict[str, str]:
    """The frames' slots for a head that stands alone."""
    return {
        "head": head.text,
        "bare": head.text,
        "np": "a " + head.text if head.article else head.text,
        "is": "are" if head.plural else "is",
        "was": "were" if head.plural else "was",
        "tail": "",
    }


def is_several(finding: Finding) -> bool:
    """Whether it is more than one lesion; what is on both sides always is."""
    return finding.count > 1 or finding.side == "bilateral"


def described(
    finding: Finding, wording: Wording, place: Location, random: np.random.Generator
) -> dict[str, str]:
    """The frames' slots for the head with number, severity and size. "where" is "" if the location
    stands before the head or there is none.
    """
    before = bool(place.adjectives) and random.random() < 0.25
    placed = bool(place.phrases)
    head = pick_head(heads(wording, is_several(finding), placed), random)
    while finding.severity and _SIZED_HEAD.match(head.text):
        head = choose(heads(wording, is_several(finding), placed), random)
    words, head = _degree(finding, wording, head, random)
    size, tail = _size(finding, wording, head, random)
    adjective = expand(choose(place.adjectives, random), random) if before else ""
    number = _number(finding, random) if head.many else ""
    bare = f"{number} {words} {size} {adjective} {head.text}"
    if finding.size_mm and not size and random.random() < 0.5:
        bare, tail = f"{bare} {tail.lstrip(',')}", ""
    return slots_of(head) | {
        "bare": bare,
        "np": "a " + bare.lstrip() if head.article else bare,
        "tail": tail,
        "where": expand(choose(place.phrases, random), random) if placed and not before else "",
    }


def size_words(size_mm: int, random: np.random.Generator) -> str:
    """ "12 mm", at times "1.2 cm"; whole centimetres more often."""
    whole = size_mm % 10 == 0
    if size_mm >= 10 and random.random() < (0.3 if whole else CENTIMETRE_SHARE):
        return f"{size_mm // 10} cm" if whole else f"{size_mm / 10:.1f} cm"
    return f"{size_mm} mm"


def _number(finding: Finding, random: np.random.Generator) -> str:
    """A number word, exact where the count is one of the whole and not of each side."""
    exact = finding.side != "bilateral" and 1 < finding.count < len(_NUMBERS)
    if exact and (finding.count < 4 or random.random() < 0.4):
        return _NUMBERS[finding.count]
    if finding.count > 2 and random.random() < 0.7:
        return choose(_VAGUE_NUMBERS, random)
    return ""


def _degree(
    finding: Finding, wording: Wording, head: Head, random: np.random.Generator
) -> tuple[str, Head]:
    """The words for the severity, and the head, which "amount of" makes countable."""
    if not finding.severity:
        return _apparent_size(finding, head, random), head
    if _PARTICIPLE.match(head.text):
        return choose(ADVERBS.words(finding.severity), random), head
    if head.article or head.many:
        return choose(wording.degrees.words(finding.severity), random), head
    if wording.degrees is FLUID and _MATTER.search(head.text):
        word = choose(AMOUNT.words(finding.severity), random)
        return f"{word} amount of", Head(head.text, article=True)
    return choose(GRADED.words(finding.severity), random), head


def _apparent_size(finding: Finding, head: Head, random: np.random.Generator) -> str:
    """At times "small" or "large", where the size in millimetres allows it."""
    if not head.article or _SIZED_HEAD.match(head.text) or random.random() < 0.5:
        return ""
    if 0 < finding.size_mm <= _SMALL_MM.get(finding.label, 0):
        return "small"
    return "large" if finding.size_mm >= _LARGE_MM.get(finding.label, 1 << 30) else ""


def _size(
    finding: Finding, wording: Wording, head: Head, random: np.random.Generator
) -> tuple[str, str]:
    """The size as an adjective, or else as what follows the noun."""
    if not finding.size_mm:
        return "", ""
    size = size_words(finding.size_mm, random)
    if wording.thickness:
        return "", expand(
            f"[, [|up to |about ]{size} thick|, measuring {size} in thickness"
            f"| with a thickness of {size}]",
            random,
        )
    if is_several(finding):
        return "", expand(
            f"[, the largest [measuring|of] {size}|, measuring up to {size}| of up to {size}"
            f"| with a maximum diameter of {size}]",
            random,
        )
    if head.article and random.random() < 0.35:
        return size, ""
    return "", expand(
        f"[ measuring {size}|, measuring [about |approximately |]{size}| of {size}"
        f"| with a diameter of {size}|, {size} in [greatest |]diameter|, {size} in size]",
        random,
    )
