"""What a sentence affirms and denies, judged by its words alone and not by how it was made."""

import functools
import re

import truths  # noqa: F401  (puts Models/ and Models/training/ on the path)

from finding import LABELS
from normal_statements import IN_LUNGS, IN_PLEURA
from wordpiece import clean

NEGATED = re.compile(
    r"\b(no|not|without|neither|absent|negative|normal|normally|unremarkable|intact|dry|clear"
    r"|free of|(is|are) free(?! (fluid|air|pleural|intrap))|smooth and thin|septa are thin"
    r"|regular|straight|fully expanded|well aerated)\b"
)
# What names a label, whether affirmed or denied.
NAMES = {
    "Medical material": r"medical|hardware|artificial|device|catheter|tube|pacemaker|\bport\b"
    r"|\bwires?\b|sternotomy|\bdrains?\b|central (venous )?line|indwelling|sutures|therapeutic",
    "Arterial wall calcification": r"(aort|arterial).*(calci|plaque)"
    r"|(calci|plaque).*(aort|arterial)|calcified walls|great vessels",
    "Cardiomegaly": r"cardiomegaly|heart|cardiac|cardiothoracic",
    "Pericardial effusion": r"pericardi(?!al calcification)|around the heart",
    "Coronary artery wall calcification": r"coronary|left anterior descending|great vessels",
    "Hiatal hernia": r"herni|stomach|hiatus|gastric",
    "Lymphadenopathy": r"lymph|\bnodes?\b|adenopathy|nodal",
    "Emphysema": r"emphysem",
    "Atelectasis": r"atelecta|collapsed",
    "Lung nodule": r"nodul|\bspot\b",
    "Lung opacity": r"opaci|ground glass|hazy|cloud|infiltrat",
    "Pleural effusion": r"effusion|fluid|liquid|cavities are dry",
    "Mosaic attenuation pattern": r"mosaic|patch",
    "Consolidation": r"consolid|airspace filling|infiltrat|pneumonic",
    "Interlobular septal thickening": r"\bsept|interlobular|lobules|interstitium",
    "Pneumothorax": r"pneumothorax|\bair\b",
    "Lung cyst": r"\bcyst",
    "Lung mass": r"\bmass(es)?\b|tumou?r|solid lesion|lung lesion\b(?<!nodular lung lesion)"
    r"(?<!cystic lung lesion)",
    "Rib fracture": r"fractur|broken|break|cortex of a rib|ribs are|of the ribs is|bony thorax"
    r"|thoracic skeleton",
    "Pleural calcification": r"pleura.*(calci|plaque)|(calci|plaque).*pleura",
}
# Sentences on neighbours that use a label's words.
FOREIGN = {
    "Pneumothorax": r"air (cysts?|bronchogram|spaces?|filled)\b|bronchi|in the mediastinum",
    "Cardiomegaly": r"(around|behind|into) the heart|pacemaker|pericardial fluid",
    "Pleural effusion": r"pericardi|around the heart|abdomen|(aort|arter|cardiac)",
    "Hiatal hernia": r"tube|catheter",
    "Lung mass": r"no (focal|circumscribed)",
}
NAME = "|".join(label.lower() for label in LABELS)
LISTED = rf"({NAME})( ({NAME}))* and ({NAME})"
MEDIASTINAL = ("Lymphadenopathy", "Hiatal hernia", "Cardiomegaly", "Pericardial effusion")
WHOLE_ORGANS = (
    (r"^(the |both )(lungs|lung parenchyma) (are|is) (clear|normal|unremarkable)", IN_LUNGS),
    (r"both lungs (is|are) (normal|homogeneous|well|normally|fully)", IN_LUNGS),
    (r"heart lungs and pleura|lungs pleura and heart|vessels and lungs", LABELS),
    (
        r"pleura is (normal|unrem|smooth)|both pleural .* (free|normal|unrem\w*)$",
        IN_PLEURA,
    ),
    (r"^the pleural cavities are (free|normal|unrem\w*)$", IN_PLEURA),
    (r"mediastinum is (normal|unrem|of)", MEDIASTINAL),
    (
        r"(focal|circumscribed) lung lesion",
        ("Lung nodule", "Lung mass", "Lung cyst", "Consolidation"),
    ),
    (r"no acute|no significant|acute abnormality|significant abnormality|thoracic disease", LABELS),
)


@functools.cache
def pattern(text):
    return re.compile(text)


def sentences_of(text):
    """The text's sentences, cleaned as the service cleans them."""
    return [s for part in text.split(".") if (s := clean(part + "."))]


@functools.cache
def judged(sentence):
    """The labels that a cleaned sentence affirms, and those that it denies."""
    listed = re.fullmatch(LISTED, sentence)
    if listed:  # the summary of a study with too many findings names its labels alone
        return {label for label in LABELS if label.lower() in sentence}, set()
    named = {
        label
        for label, names in NAMES.items()
        if pattern(names).search(sentence)
        and not (label in FOREIGN and pattern(FOREIGN[label]).search(sentence))
    }
    if not NEGATED.search(sentence):
        return named, set()
    for organ, labels in WHOLE_ORGANS:
        if pattern(organ).search(sentence):
            named.update(labels)
    return set(), named
