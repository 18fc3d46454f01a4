"""What the drawings of several abnormalities share: chance, sides, lobes, degrees."""

from __future__ import annotations

import numpy as np

from finding import Finding

GRADES = ("mild", "moderate", "severe")
LOBES = {"right": ("upper lobe", "middle lobe", "lower lobe"), "left": ("upper lobe", "lower lobe")}


def pick(random: np.random.Generator, values, weights=None):
    """One of the values."""
    return values[int(random.choice(len(values), p=weights))]


def place_in_lungs(random, *, bilateral: float) -> tuple[str, str]:
    """A side and a lobe; both sides with probability `bilateral`."""
    if random.uniform() < bilateral:
        return "bilateral", pick(random, ("upper lobe", "lower lobe", ""))
    side = pick(random, ("right", "left"))
    return side, pick(random, LOBES[side])


def sides(finding: Finding) -> tuple[str, ...]:
    """The sides that a finding is on."""
    return ("right", "left") if finding.side == "bilateral" else (finding.side,)


def grade(finding: Finding, mild: float, moderate: float, severe: float) -> float:
    """A number that goes with the severity."""
    return {"mild": mild, "moderate": moderate, "severe": severe}[finding.severity]
