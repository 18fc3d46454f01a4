"""The findings and wordings of HLIP's evaluation on CT-RATE: for each, a text that denies it and one that states it.

Source: the authors' metadata for zero-shot evaluation. Their two templates give two sets. With the organ's template,
a nodule and an opacity are named without "lung".
"""

# label: (organ, denied, stated)
FINDINGS = {
    "Emphysema": ("lung", "Not emphysema", "Emphysema"),
    "Atelectasis": ("lung", "Not atelectatic", "Atelectasis"),
    "Lung nodule": ("lung", "Not nodule", "Nodule"),
    "Lung opacity": ("lung", "Not opacity", "Opacity"),
    "Pulmonary fibrotic sequela": ("lung", None, None),
    "Pleural effusion": ("lung", None, None),
    "Mosaic attenuation pattern": ("lung", None, None),
    "Peribronchial thickening": ("lung", None, None),
    "Consolidation": ("lung", None, None),
    "Bronchiectasis": ("lung", None, None),
    "Interlobular septal thickening": ("lung", None, None),
    "Cardiomegaly": ("heart", None, None),
    "Pericardial effusion": ("heart", None, None),
    "Coronary artery wall calcification": ("heart", None, None),
    "Hiatal hernia": ("esophagus", None, None),
    "Arterial wall calcification": ("aorta", None, None),
}
WHOLE_VOLUME = {"Lung nodule", "Lung opacity"}


def _wordings(label, by_organ):
    organ, denied, stated = FINDINGS[label]
    if denied is None or (label in WHOLE_VOLUME and not by_organ):
        denied, stated = f"Not {label[0].lower()}{label[1:]}", label
    place = organ if by_organ else "volume"
    return {
        "label": label,
        "text": f"The {place} shows: {stated}.",
        "negative": f"The {place} shows: {denied}.",
    }


def sets():
    """The two prompt sets of config.json."""
    return [
        {"name": name, "prompts": [_wordings(label, by_organ) for label in FINDINGS]}
        for name, by_organ in (("hlip-ct-rate-16", False), ("hlip-ct-rate-16-organ", True))
    ]
