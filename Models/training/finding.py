"""The truth of a synthetic chest CT, in words a report can be written from."""

from dataclasses import dataclass

LABELS: tuple[str, ...] = (
    "Medical material",
    "Arterial wall calcification",
    "Cardiomegaly",
    "Pericardial effusion",
    "Coronary artery wall calcification",
    "Hiatal hernia",
    "Lymphadenopathy",
    "Emphysema",
    "Atelectasis",
    "Lung nodule",
    "Lung opacity",
    "Pleural effusion",
    "Mosaic attenuation pattern",
    "Consolidation",
    "Interlobular septal thickening",
    "Pneumothorax",
    "Lung cyst",
    "Lung mass",
    "Rib fracture",
    "Pleural calcification",
)


@dataclass(frozen=True)
class Finding:
    """One abnormality. An empty text or 0 says that the attribute does not apply or is unknown."""

    label: str
    """One of LABELS."""
    side: str = ""
    """"right", "left", "bilateral" or "": the patient's sides."""
    place: str = ""
    """Depends on the label; see locations.py."""
    severity: str = ""
    """"mild", "moderate", "severe" or ""."""
    size_mm: int = 0
    """Greatest diameter, or thickness of a layer, in millimetres."""
    count: int = 1
    """Number of lesions; size_mm is that of the largest."""


@dataclass(frozen=True)
class Patient:
    """Incidental facts. No label depends on them; they make reports differ."""

    sex: str
    """"male" or "female"."""
    build: str
    """"slim", "average" or "obese"."""
    fatty_liver: bool
    scoliosis: str
    """The side of the convexity: "", "right" or "left"."""
    elevated_diaphragm: str
    """"", "right" or "left"."""
    breast_prostheses: bool
