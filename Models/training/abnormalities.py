"""The twenty abnormalities: how often each comes, and which functions draw and paint it.

A `draw` function chooses side, place, severity and size; a `show` function paints just that. Densities are Hounsfield
units, lengths millimetres.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import devices
import lungs
import mediastinum
import pleura
from anatomy import Body
from finding import LABELS, Finding

PREVALENCE = {
    "Medical material": 0.33,
    "Arterial wall calcification": 0.39,
    "Cardiomegaly": 0.3,
    "Pericardial effusion": 0.225,
    "Coronary artery wall calcification": 0.36,
    "Hiatal hernia": 0.24,
    "Lymphadenopathy": 0.33,
    "Emphysema": 0.27,
    "Atelectasis": 0.33,
    "Lung nodule": 0.4,
    "Lung opacity": 0.33,
    "Pleural effusion": 0.33,
    "Mosaic attenuation pattern": 0.18,
    "Consolidation": 0.3,
    "Interlobular septal thickening": 0.21,
    "Pneumothorax": 0.21,
    "Lung cyst": 0.21,
    "Lung mass": 0.24,
    "Rib fracture": 0.21,
    "Pleural calcification": 0.225,
}
"""Share of the phantoms (those without any abnormality aside) that have each one."""


Draw = Callable[[np.random.Generator], Finding]
Show = Callable[[Body, Finding, np.random.Generator], None]

ABNORMALITIES: dict[str, tuple[Draw, Show]] = {
    # in the order of painting: what lies beneath first
    "Cardiomegaly": (mediastinum.draw_cardiomegaly, mediastinum.show_cardiomegaly),
    "Pericardial effusion": (mediastinum.draw_pericardial, mediastinum.show_pericardial),
    "Hiatal hernia": (mediastinum.draw_hernia, mediastinum.show_hernia),
    "Lymphadenopathy": (mediastinum.draw_nodes, mediastinum.show_nodes),
    "Mosaic attenuation pattern": (lungs.draw_mosaic, lungs.show_mosaic),
    "Emphysema": (lungs.draw_emphysema, lungs.show_emphysema),
    "Interlobular septal thickening": (lungs.draw_septa, lungs.show_septa),
    "Lung cyst": (lungs.draw_cyst, lungs.show_cyst),
    "Lung opacity": (lungs.draw_opacity, lungs.show_opacity),
    "Consolidation": (lungs.draw_consolidation, lungs.show_consolidation),
    "Atelectasis": (lungs.draw_atelectasis, lungs.show_atelectasis),
    "Lung nodule": (lungs.draw_nodule, lungs.show_nodule),
    "Lung mass": (lungs.draw_mass, lungs.show_mass),
    "Pleural effusion": (pleura.draw_effusion, pleura.show_effusion),
    "Pneumothorax": (pleura.draw_pneumothorax, pleura.show_pneumothorax),
    "Rib fracture": (pleura.draw_fracture, pleura.show_fracture),
    "Pleural calcification": (pleura.draw_plaques, pleura.show_plaques),
    "Coronary artery wall calcification": (mediastinum.draw_coronary, mediastinum.show_coronary),
    "Arterial wall calcification": (mediastinum.draw_arterial, mediastinum.show_arterial),
    "Medical material": (devices.draw_material, devices.show_material),
}

NORMAL_SHARE = 0.06
"""Share of the phantoms without any abnormality."""


def draw_findings(random: np.random.Generator) -> list[Finding]:
    """The abnormalities of one phantom, in the order of painting."""
    if random.uniform() < NORMAL_SHARE:
        return []
    present = {label for label in LABELS if random.uniform() < PREVALENCE[label]}
    return [draw(random) for label, (draw, _) in ABNORMALITIES.items() if label in present]
