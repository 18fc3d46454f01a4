"""What the wording of an abnormality consists of.

A head is what a sentence is about, without article: "pleural effusion". "@" in front of one says
that it needs a location after it ("nodule in the right upper lobe"), "!" that it bears none
("nodule in the lung"). Clauses are whole sentences. Their slots: {adverb}, {degree}, {extent} (of
something countable) and {amount} for the severity; {where}, or {at} if the clause cannot do
without; {site} with {s:verb}, {are} and {have} agreeing with it; {size} as "6 mm".
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Degrees:
    """Words for mild, moderate and severe."""

    mild: tuple[str, ...]
    moderate: tuple[str, ...]
    severe: tuple[str, ...]

    def words(self, severity: str) -> tuple[str, ...]:
        return getattr(self, severity)


GRADED = Degrees(
    ("mild", "mild", "slight", "minor", "minimal"),
    ("moderate", "moderate", "moderate", "moderate-grade"),
    ("severe", "severe", "marked", "extensive", "pronounced"),
)
FLUID = Degrees(
    ("small", "small", "mild", "minimal", "slight"),
    ("moderate", "moderate", "moderate-sized", "medium-sized"),
    ("large", "large", "severe", "extensive", "massive"),
)
AMOUNT = Degrees(
    ("small", "small", "minimal"),
    ("moderate", "medium"),
    ("large", "large", "considerable", "massive"),
)
SIZED = Degrees(
    ("small", "small", "mild", "minor"),
    ("moderate", "moderate-sized", "medium-sized"),
    ("large", "large", "severe", "marked", "big"),
)
PLATES = Degrees(
    ("small", "mild", "linear", "subsegmental", "thin"),
    ("moderate", "moderate-sized"),
    ("large", "extensive", "marked", "severe"),
)
SPREAD = Degrees(
    ("mild", "small", "limited", "slight", "subtle"),
    ("moderate", "moderate", "moderate-sized"),
    ("severe", "extensive", "large", "marked", "widespread"),
)
ADVERBS = Degrees(
    ("mildly", "slightly", "minimally"),
    ("moderately",),
    ("markedly", "severely", "considerably", "extensively"),
)


@dataclass(frozen=True)
class Wording:
    """All there is to say of one abnormality."""

    one: tuple[str, ...] = ()
    """Heads that take "a"; the first of all heads is said most often."""
    mass: tuple[str, ...] = ()
    """Heads without article and with a singular verb."""
    plural: tuple[str, ...] = ()
    """Heads with a plural verb that say nothing about a number."""
    many: tuple[str, ...] = ()
    """Heads for more than one lesion."""
    clauses: tuple[str, ...] = ()
    denials: tuple[str, ...] = ()
    """Whole sentences that deny it or call its organ normal, besides "no" before a head."""
    degrees: Degrees = GRADED
    """Adjectives before a countable head; others take GRADED."""
    thickness: bool = False
    """Whether size_mm is the thickness of a layer and not a diameter."""
