"""What a report calls normal, organ by organ, and when it may."""

from dataclasses import dataclass

from patient_statements import ELEVATED_DIAPHRAGM, FATTY_LIVER, SCOLIOSIS

IN_LUNGS = (
    "Emphysema",
    "Atelectasis",
    "Lung nodule",
    "Lung opacity",
    "Mosaic attenuation pattern",
    "Consolidation",
    "Interlobular septal thickening",
    "Lung cyst",
    "Lung mass",
)
IN_PLEURA = ("Pleural effusion", "Pneumothorax", "Pleural calcification")


@dataclass(frozen=True)
class Normal:
    """A statement that is true where nothing in `denies` is present."""

    text: str
    denies: frozenset[str]
    """Labels and incidental facts."""


@dataclass(frozen=True)
class Section:
    """A part of the report: what it may find and what it may call normal."""

    labels: tuple[str, ...]
    normals: tuple[Normal, ...] = ()
    """Statements on several labels at once, or on incidental facts."""
    asides: tuple[str, ...] = ()
    """Statements that are true of every phantom."""


def _normal(text: str, *denies: str) -> Normal:
    return Normal(text, frozenset(denies))


SECTIONS: tuple[Section, ...] = (
    Section(
        labels=(),
        asides=(
            "[The trachea|Trachea] and [both|the] main bronchi are [open|patent|of normal width]",
            "The [central airways|trachea and the lobar bronchi] are [patent|open|free]",
            "No [bronchiectasis|bronchial wall thickening|narrowing of the airways] is seen",
            "The thyroid gland is [of normal size|unremarkable|homogeneous]",
            "No [air in the mediastinum|pneumomediastinum] is present",
        ),
    ),
    Section(labels=("Medical material",)),
    Section(
        labels=("Lymphadenopathy", "Hiatal hernia"),
        normals=(
            _normal(
                "The mediastinum is [normal|unremarkable|of normal width]",
                "Lymphadenopathy",
                "Hiatal hernia",
                "Cardiomegaly",
                "Pericardial effusion",
            ),
            _normal(
                "The [oesophagus|esophagus] and stomach [appear|are] [normal|unremarkable]",
                "Hiatal hernia",
            ),
            _normal(
                "Neither enlarged lymph nodes nor a hiatal hernia [are|were] found",
                "Lymphadenopathy",
                "Hiatal hernia",
            ),
        ),
        asides=(
            "The mediastinum lies in the midline of the body",
            "Mediastinal fat planes are preserved",
        ),
    ),
    Section(
        labels=("Cardiomegaly", "Pericardial effusion", "Coronary artery wall calcification"),
        normals=(
            _normal(
                "[Heart and pericardium|The heart and the pericardium] are [normal|unremarkable]",
                "Cardiomegaly",
                "Pericardial effusion",
            ),
            _normal(
                "The heart is [normal in size|not enlarged] and no pericardial effusion is seen",
                "Cardiomegaly",
                "Pericardial effusion",
            ),
            _normal(
                "Heart size is normal without coronary calcification",
                "Cardiomegaly",
                "Coronary artery wall calcification",
            ),
        ),
        asides=(
            "No pericardial calcification is present",
            "The pulmonary arteries are of normal calibre",
        ),
    ),
    Section(
        labels=("Arterial wall calcification",),
        normals=(
            _normal(
                "The great vessels are [normal|unremarkable] without calcified walls",
                "Arterial wall calcification",
                "Coronary artery wall calcification",
            ),
        ),
        asides=(
            "The [thoracic aorta|aorta] is of normal [calibre|width|diameter]",
            "No aneurysm of the aorta is seen",
            "The aortic arch and its branches have a normal course",
        ),
    ),
    Section(
        labels=IN_LUNGS,
        normals=(
            _normal(
                "[The lungs are|Both lungs are|The lung parenchyma is] [clear|normal|unremarkable]",
                *IN_LUNGS,
            ),
            _normal(
                "[Aeration|The density] of both lungs is [normal|homogeneous and normal]", *IN_LUNGS
            ),
            _normal(
                "Both lungs are [well aerated|normally aerated|fully expanded]",
                *IN_LUNGS,
                *IN_PLEURA[:2],
            ),
            _normal(
                "No [focal|circumscribed] lung lesion is [seen|found|present]",
                "Lung nodule",
                "Lung mass",
                "Lung cyst",
                "Consolidation",
                "Lung opacity",
            ),
            _normal(
                "No [infiltrate|pneumonic infiltrate|infiltration] is [seen|present|found]",
                "Consolidation",
                "Lung opacity",
            ),
            _normal(
                "[No nodule or mass|Neither nodule nor mass] is [seen|found] in the lungs",
                "Lung nodule",
                "Lung mass",
            ),
            _normal(
                "The interstitium [is normal|shows no thickening]", "Interlobular septal thickening"
            ),
        ),
        asides=(
            "The [pulmonary vessels|vessels of the lung] [taper normally|are regular]",
            "No pulmonary fibrosis is present",
            "The fissures are [in their usual place|thin]",
        ),
    ),
    Section(
        labels=IN_PLEURA,
        normals=(
            _normal("The pleura is [normal|unremarkable|smooth and thin]", *IN_PLEURA),
            _normal(
                "[The pleural cavities|Both pleural cavities] are [free|normal|unremarkable]",
                *IN_PLEURA,
            ),
            _normal(
                "There is neither [air nor fluid|fluid nor air] in the pleural cavities",
                "Pleural effusion",
                "Pneumothorax",
            ),
        ),
    ),
    Section(
        labels=(),
        normals=(
            _normal(
                "The [visible upper abdomen is|upper abdominal organs are] [normal|unremarkable]",
                FATTY_LIVER,
                ELEVATED_DIAPHRAGM,
                "Hiatal hernia",
            ),
            _normal(
                "The liver [has a normal density|is homogeneous and of normal density]", FATTY_LIVER
            ),
            _normal(
                "Both hemidiaphragms are [at a normal level|of normal height]", ELEVATED_DIAPHRAGM
            ),
        ),
        asides=(
            "The adrenal glands are [slender|normal|unremarkable]",
            "The spleen is not enlarged",
            "No free fluid is seen in the upper abdomen",
        ),
    ),
    Section(
        labels=("Rib fracture",),
        normals=(
            _normal(
                "The [bony thorax|thoracic skeleton] is [intact|unremarkable]",
                "Rib fracture",
                SCOLIOSIS,
            ),
            _normal("The spine is straight", SCOLIOSIS),
            _normal("The vertebral column is [normally aligned|in normal alignment]", SCOLIOSIS),
        ),
        asides=(
            "Vertebral body heights are [preserved|normal]",
            "No destructive bone lesion is [seen|found]",
        ),
    ),
)
"""In anatomical order."""

CLEAR_SIDE = (
    "The {side} lung is [clear|normal|unremarkable|without focal finding]",
    "On the {side} the lung is [clear|normal]",
)
FREE_SIDE = (
    "The {side} pleural cavity is [free|normal|unremarkable]",
    "The pleura on the {side} is [normal|unremarkable]",
)
REST_CLEAR = "The [remaining lung|rest of the lung parenchyma] is [clear|normal|unremarkable]"
