"""One sentence on one finding, affirmed or denied."""

import functools
from collections.abc import Sequence

import numpy as np

from finding import Finding
from grammar import choose, expand, listed, sentence_of, slots
from locations import NOWHERE, Location, location_of
from noun_phrases import described, heads, is_several, pick_head, size_words, slots_of
from phrasebook import DEVICES, MATERIAL, WORDINGS
from wording import ADVERBS, AMOUNT, GRADED, Wording

SEEN = "[seen|noted|present|visible|identified|observed|demonstrated|evident]"
FOUND = "[seen|noted|identified|observed|detected|found|demonstrated]"
SHOWS = "[shows|reveals|demonstrates]"
STUDY = "[CT|The CT|The examination|The scan|Imaging|The study]"

PLAIN = (
    "There {is} {np} {where}{tail}",
    "There {is} {np} {where}{tail}",
    f"{{np}} {{is}} {SEEN} {{where}}{{tail}}",
    f"{{np}} {{was}} {FOUND} {{where}}{{tail}}",
    f"{STUDY} {SHOWS} {{np}} {{where}}{{tail}}",
    "{bare} {where}{tail}",
    "{bare} {where}{tail}",
    "[There is evidence of|Evidence of|Note is made of|The patient has] {np} {where}{tail}",
    "[Findings are|The appearance is] [consistent|compatible|in keeping] with {np} {where}{tail}",
)
WHERE_FIRST = (
    "{where}[,|] there {is} {np}{tail}",
    f"{{where}}, {{np}} {{is}} {SEEN}{{tail}}",
)
SITE_FIRST = (
    "{site} {s:show} {np}{tail}",
    "{site} {s:contain} {np}{tail}",
    "{region}: {bare}{tail}",
    f"{{np}} of {{site}} {{is}} {SEEN}{{tail}}",
    "{site} {are} affected by {np}{tail}",
)
MATERIAL_FRAMES = (
    "Medical material [is seen|is present|in the chest]: {bare} {where}",
    "{np} {where} is [seen|noted] as medical material",
    "Medical material in the form of {np} {where}",
)
BRIEF = (
    "{bare} {where}{tail}",
    "{bare} {where}{tail}",
    "There {is} {np} {where}{tail}",
    "{np} {where}{tail}",
)
PROMPTS = (
    *PLAIN,
    "There {is} {bare}",
    "{np} [can be seen|could be identified|can be recognised]",
)
DENIALS = (
    "There {is} no {head}",
    "No {head}",
    f"No {{head}} {{is}} {SEEN}",
    f"No {{head}} {{was}} {FOUND}",
    f"{STUDY} {SHOWS} no {{head}}",
    "[There is no evidence of|No evidence of|No sign of|There are no signs of] {np}",
    "[CT|The examination|The study] is negative for {np}",
)
UNCOUNTED_DENIALS = ("{head} {is} absent", f"{{head}} {{is}} not {SEEN}")
JOINT_DENIALS = (
    "No {or}",
    "There is no sign of {or}",
    "No {or} [can be seen|can be identified|could be found|could be detected]",
    "[There is no evidence of|No evidence of|No sign of] {or}",
    f"{STUDY} {SHOWS} no {{or}}",
)

SEVERITY_SLOTS = ("adverb", "degree", "extent", "amount")
LOCATION_SLOTS = ("where", "at", "site")


class Agreement(str):
    """Formats a verb for its subject: {s:show} is "shows", after a plural "show"."""

    def __format__(self, verb: str) -> str:
        return verb + self


_SINGULAR = {"s": Agreement("s"), "are": "is", "have": "has"}
_PLURAL = {"s": Agreement(""), "are": "are", "have": "have"}


def sentence(finding: Finding, random: np.random.Generator) -> str:
    """One sentence that affirms the finding with all its attributes."""
    wording, place = _wording_of(finding), location_of(finding)
    if random.random() < 0.3:
        clauses = _clauses(wording, finding, place)
        if clauses:
            return _clause(choose(clauses, random), finding, wording, place, random)
    return _framed(finding, wording, place, random)


def brief_sentence(finding: Finding, random: np.random.Generator) -> str:
    """The same in few words, as in an impression."""
    words = described(finding, _wording_of(finding), location_of(finding), random)
    return _several_words(BRIEF, words, random)


def prompt(label: str, random: np.random.Generator | None = None) -> str:
    """A prompt for the label: "There is Lung nodule", or with a generator a paraphrase."""
    if random is None:
        return f"There is {label}"
    wording = WORDINGS[label]
    if label == MATERIAL and random.random() < 0.4:
        wording = DEVICES[choose(tuple(DEVICES), random)]
    if random.random() < 0.25:
        finding = Finding(label)
        clauses = _clauses(wording, finding, NOWHERE)
        if clauses:
            return _clause(choose(clauses, random), finding, wording, NOWHERE, random)
    head = pick_head(heads(wording, random.random() < 0.4, placed=False), random)
    return _several_words(PROMPTS, slots_of(head) | {"where": ""}, random)


def negative_prompt(label: str, random: np.random.Generator | None = None) -> str:
    """The prompt's negation, “There is no Lung nodule”; with a generator, a paraphrase."""
    return f"There is no {label}" if random is None else denial(label, random)


def denial(label: str, random: np.random.Generator, organ: bool = False) -> str:
    """One sentence that denies the label; `organ`: only those that speak of its own organ, where a
    neighbour's finding would make a plain "no" doubtful.
    """
    wording = WORDINGS[label]
    if organ or random.random() < 0.3:
        return sentence_of(choose(wording.denials, random), {}, random)
    head = pick_head(heads(wording, random.random() < 0.4, placed=False), random)
    frames = DENIALS if head.article else DENIALS + UNCOUNTED_DENIALS
    return sentence_of(choose(frames, random), slots_of(head), random)


def joint_denial(labels: Sequence[str], random: np.random.Generator) -> str:
    """One sentence that denies several labels: "No pneumothorax or pleural effusion."."""
    names = [
        pick_head(heads(WORDINGS[label], many=False, placed=False), random).text for label in labels
    ]
    return sentence_of(choose(JOINT_DENIALS, random), {"or": listed(names, "or")}, random)


def _wording_of(finding: Finding) -> Wording:
    """The label's wording; that of the device for medical material of a known kind."""
    if finding.label == MATERIAL:
        return DEVICES.get(finding.place, WORDINGS[MATERIAL])
    return WORDINGS[finding.label]


def _clauses(wording: Wording, finding: Finding, place: Location) -> tuple[str, ...]:
    """The clauses that can tell every attribute of the finding and need none that it lacks."""
    if wording.many and is_several(finding):
        return ()
    placed = bool(finding.side) or bool(finding.place) and finding.label != MATERIAL
    return _fitting(
        wording.clauses, bool(finding.severity), placed, bool(place.sites), bool(finding.size_mm)
    )


@functools.cache
def _fitting(
    clauses: tuple[str, ...], severity: bool, placed: bool, sited: bool, sized: bool
) -> tuple[str, ...]:
    def fits(has: frozenset[str]) -> bool:
        return (
            (not severity or bool(has.intersection(SEVERITY_SLOTS)))
            and (not placed or bool(has.intersection(LOCATION_SLOTS)))
            and (placed or "at" not in has)
            and (sited or "site" not in has)
            and sized == ("size" in has)
        )

    return tuple(clause for clause in clauses if fits(slots(clause)))


def _clause(
    clause: str, finding: Finding, wording: Wording, place: Location, random: np.random.Generator
) -> str:
    words = dict.fromkeys(("size", "where", "at", *SEVERITY_SLOTS), "")
    if finding.severity:
        words["adverb"] = choose(ADVERBS.words(finding.severity), random)
        words["degree"] = choose(GRADED.words(finding.severity), random)
        words["amount"] = choose(AMOUNT.words(finding.severity), random)
        words["extent"] = choose(wording.degrees.words(finding.severity), random)
    if place.phrases:
        words["where"] = words["at"] = expand(choose(place.phrases, random), random)
    if finding.size_mm:
        words["size"] = size_words(finding.size_mm, random)
    return sentence_of(clause, words | _site(place, random), random)


def _site(place: Location, random: np.random.Generator) -> dict[str, str]:
    """The slots of a location as the subject."""
    site = expand(choose(place.sites, random), random) if place.sites else ""
    agreement = _PLURAL if place.plural else _SINGULAR
    return agreement | {"site": site, "region": site.removeprefix("the ")}


def _framed(
    finding: Finding, wording: Wording, place: Location, random: np.random.Generator
) -> str:
    """The noun phrase in a frame: its location before it, after it, or as the subject."""
    words = described(finding, wording, place, random)
    frames = PLAIN
    if words["where"]:
        turn = random.random()
        if finding.label == MATERIAL:
            frames = MATERIAL_FRAMES if turn < 0.15 else WHERE_FIRST if turn < 0.3 else PLAIN
        elif turn < 0.25 and place.sites:
            frames = SITE_FIRST
        elif turn < 0.5:
            frames = WHERE_FIRST
    return _several_words(frames, words | _site(place, random), random)


def _several_words(
    frames: Sequence[str], words: dict[str, str], random: np.random.Generator
) -> str:
    """A sentence in one of the frames; never one of a single word, which the cleaning drops."""
    while True:
        text = sentence_of(choose(frames, random), words, random)
        if " " in text:
            return text
