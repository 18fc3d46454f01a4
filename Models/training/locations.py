"""Where a finding lies, as phrases. One function for each kind of place."""

import functools
from dataclasses import dataclass

from finding import Finding


@dataclass(frozen=True)
class Location:
    """Ways to say one location. All empty where a finding has none."""

    sites: tuple[str, ...] = ()
    """Noun phrases that can be the subject: "the right upper lobe"."""
    phrases: tuple[str, ...] = ()
    """What follows a noun: "in the right upper lobe", "on the right"."""
    adjectives: tuple[str, ...] = ()
    """What precedes a noun: "right upper lobe"."""
    plural: bool = False
    """Whether the sites take a plural verb."""


NOWHERE = Location()


@functools.cache
def location(label: str, side: str, place: str) -> Location:
    """The location of a finding; raises ValueError for a place that the label does not know."""
    kind, places = KINDS[label]
    if place not in places:
        raise ValueError(f"{label} has place {place!r}, known are {sorted(places)}")
    if side not in ("", "right", "left", "bilateral"):
        raise ValueError(f"{label} has side {side!r}")
    return kind(side, place)


def location_of(finding: Finding) -> Location:
    return location(finding.label, finding.side, finding.place)


def _inside(sites: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("[in|within] " + site for site in sites)


def _nowhere(side: str, place: str) -> Location:
    return NOWHERE


def _lobar(side: str, place: str) -> Location:
    if place == "lingula":
        sites = ("the lingula", "the lingula of the left lung", "the lingular segment")
        return Location(sites, _inside(sites), ("lingular", "left lingular"))
    if not place:
        return _lung(side)
    if side == "bilateral":
        sites = (f"both {place}s", f"the {place}s of both lungs", f"the {place}s on both sides")
        phrases = (*_inside(sites), f"bilaterally in the {place}s")
        return Location(sites, phrases, (f"bilateral {place}",), plural=True)
    if not side:
        sites = (f"the {place}s",)
        return Location(sites, _inside(sites), (place,), plural=True)
    sites = (f"the {side} {place}",) * 3 + (f"the {place} of the {side} lung",)
    phrases = (*_inside(sites), f"in the {place} on the {side}")
    if place != "middle lobe":
        part = place.removesuffix(" lobe")
        phrases += (f"in the {part} [part|portion|zone] of the {side} lung",)
    return Location(sites, phrases, (f"{side} {place}",))


def _lung(side: str) -> Location:
    if side == "bilateral":
        phrases = ("in both lungs", "bilaterally", "on both sides", "in the lungs on both sides")
        return Location(("both lungs",), phrases, ("bilateral",), plural=True)
    if not side:
        return NOWHERE
    phrases = (f"[in|within] the {side} lung", f"on the {side}", f"on the {side} side")
    return Location((f"the {side} lung",), phrases, (f"{side}-sided", side))


def _cavity(side: str, name: str) -> Location:
    """A pleural cavity, which fluid and air call by different names."""
    if side == "bilateral":
        plural = name.removesuffix("y") + "ies" if name.endswith("y") else name + "s"
        sites = ("both hemithoraces", f"both pleural {plural}")
        phrases = ("bilaterally", "on both sides", *_inside(sites))
        return Location(sites, phrases, ("bilateral",), plural=True)
    if not side:
        return NOWHERE
    sites = (f"the {side} hemithorax", f"the {side} pleural {name}")
    phrases = (f"on the {side}", f"on the {side} side", *_inside(sites))
    return Location(sites, phrases, (side, f"{side}-sided"))


def _fluid_cavity(side: str, place: str) -> Location:
    return _cavity(side, "cavity")


def _air_cavity(side: str, place: str) -> Location:
    return _cavity(side, "space")


def _pleural_surface(side: str, place: str) -> Location:
    both = side == "bilateral"
    where = "both sides" if both else f"the {side}"
    if not side:
        return Location(phrases=_inside((f"the {place} pleura",))) if place else NOWHERE
    if not place:
        phrases = (f"on {where}", *(() if both else (f"on the {side} side",)))
        return Location((), phrases, (side,) if both else (side, f"{side}-sided"))
    sites = (f"the {place} pleura on {where}",) + (() if both else (f"the {side} {place} pleura",))
    phrases = tuple("[on|along|in] " + site for site in sites)
    phrases += (
        (f"[over|along] {'both' if both else 'the ' + side} hemidiaphragm{'s' * both}",)
        if place == "diaphragmatic"
        else (f"along the ribs on {where}",)
    )
    return Location(sites, phrases, (f"{side} {place}",))


def _aortic(side: str, place: str) -> Location:
    if not place:
        return NOWHERE
    sites = {
        "aortic arch": ("the aortic arch", "the arch of the aorta", "the wall of the aortic arch"),
        "descending aorta": (
            "the descending aorta", "the descending thoracic aorta",
            "the wall of the descending aorta",
        ),
        "ascending aorta": (
            "the ascending aorta", "the ascending thoracic aorta",
            "the wall of the ascending aorta",
        ),
        "aorta": ("the aorta", "the thoracic aorta", "the aortic wall"),
    }[place]  # fmt: skip
    return Location(sites, tuple("[in|along] " + site for site in sites))


def _coronary(side: str, place: str) -> Location:
    if place == "left anterior descending":
        sites = ("the left anterior descending artery", "the left anterior descending branch")
    elif place:
        sites = ("the right coronary artery", "the proximal right coronary artery")
    else:
        return NOWHERE
    return Location(sites, tuple("[in|along] " + site for site in sites))


def _nodal(side: str, place: str) -> Location:
    sides = {"": "", "bilateral": "both"}.get(side, side)
    on = {"": "", "bilateral": "on both sides"}.get(side, f"on the {side}")
    plural = side == "bilateral"
    the = "both" if plural else f"the {sides}".strip()
    adjective = f"{side} {place}".strip()
    if place == "paratracheal":
        sites = (f"{the} paratracheal {'regions' if plural else 'region'}",)
        phrases = (f"[beside|next to] the trachea {on}", f"in a paratracheal position {on}")
    elif place == "subcarinal":
        sites = ("the subcarinal region", "the subcarinal space")
        return Location(sites, (*_inside(sites), "below the carina"), ("subcarinal",))
    elif place == "hilar":
        sites = (f"{the} [pulmonary |]{'hila' if plural else 'hilum'}",)
        phrases = (f"in a hilar position {on}", f"[at|in] {sites[0]}")
    elif place == "axillary":
        sites = (f"{the} {'axillae' if plural else 'axilla'}",)
        phrases = (f"in {the} {'armpits' if plural else 'armpit'}", f"in an axillary position {on}")
    else:
        return NOWHERE
    return Location(sites, (*phrases, *_inside(sites)), (adjective,), plural)


def _ribs(side: str, place: str) -> Location:
    on = {"": "", "bilateral": "on both sides"}.get(side, f"on the {side}")
    if not place:
        return (
            Location((), (on,), (f"{side}-sided" if on != "on both sides" else side,))
            if on
            else NOWHERE
        )
    lay = {"anterior": "at the front", "posterior": "at the back", "lateral": "at the side"}[place]
    phrases = (
        f"{on} {place}ly",
        f"in the {place} [arc|part|segment] {on}",
        f"in the {place} chest wall {on}",
        *((f"{lay} {on}",) if place != "lateral" else ()),
    )
    adjectives = (f"{side} {place}", f"{place} {side}") if side else (place,)
    sites = () if side == "bilateral" else (f"the {place} {side} chest wall",)
    return Location(sites, phrases, adjectives)


def _device(side: str, place: str) -> Location:
    if place == "chest tube":
        if side in ("right", "left"):
            sites = (f"the {side} hemithorax", f"the {side} pleural cavity")
            return Location(sites, (*_inside(sites), f"on the {side}"), (side, f"{side}-sided"))
        return _cavity(side, "cavity")
    if place in ("pacemaker", "port catheter") and side in ("right", "left"):
        wall = f"the {side} [|anterior |upper ]chest wall"
        phrases = (
            f"[in|over|on] {wall}",
            f"on the {side} side",
            f"[in|over] the {side} pectoral region",
        )
        return Location((wall,), phrases, (side, f"{side}-sided", f"{side} pectoral"))
    fixed = {
        "sternal wires": ("in the sternum", "in the midline of the sternum"),
        "central venous catheter": ("in the superior vena cava", "in a central vein"),
        "nasogastric tube": ("in the [oesophagus|esophagus]", "along the [oesophagus|esophagus]"),
    }
    return Location((), fixed.get(place, ()))


_LOBES = frozenset({"", "upper lobe", "middle lobe", "lower lobe", "lingula"})
_NO_PLACE = frozenset({""})
KINDS = {
    "Medical material": (_device, frozenset({
        "", "pacemaker", "port catheter", "central venous catheter", "sternal wires",
        "nasogastric tube", "chest tube",
    })),
    "Arterial wall calcification": (_aortic, frozenset({
        "", "aortic arch", "descending aorta", "ascending aorta", "aorta",
    })),
    "Cardiomegaly": (_nowhere, _NO_PLACE),
    "Pericardial effusion": (_nowhere, _NO_PLACE),
    "Coronary artery wall calcification": (_coronary, frozenset({
        "", "left anterior descending", "right coronary artery",
    })),
    "Hiatal hernia": (_nowhere, _NO_PLACE),
    "Lymphadenopathy": (_nodal, frozenset({"", "paratracheal", "subcarinal", "hilar", "axillary"})),
    "Emphysema": (_lobar, _LOBES),
    "Atelectasis": (_lobar, _LOBES),
    "Lung nodule": (_lobar, _LOBES),
    "Lung opacity": (_lobar, _LOBES),
    "Pleural effusion": (_fluid_cavity, _NO_PLACE),
    "Mosaic attenuation pattern": (_lobar, _LOBES),
    "Consolidation": (_lobar, _LOBES),
    "Interlobular septal thickening": (_lobar, _LOBES),
    "Pneumothorax": (_air_cavity, _NO_PLACE),
    "Lung cyst": (_lobar, _LOBES),
    "Lung mass": (_lobar, _LOBES),
    "Rib fracture": (_ribs, frozenset({"", "anterior", "lateral", "posterior"})),
    "Pleural calcification": (_pleural_surface, frozenset({"", "diaphragmatic", "costal"})),
}  # fmt: skip
