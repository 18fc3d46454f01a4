"""What each abnormality is called, affirmed and denied. Data only; sentences.py makes sentences."""

from finding import LABELS
from wording import Wording
from wordings_devices import DEVICES, GENERAL
from wordings_lungs import IN_LUNGS
from wordings_thorax import IN_THORAX

MATERIAL = "Medical material"

_WORDINGS = {MATERIAL: GENERAL} | IN_LUNGS | IN_THORAX
WORDINGS: dict[str, Wording] = {label: _WORDINGS[label] for label in LABELS}

__all__ = ["DEVICES", "MATERIAL", "WORDINGS"]
