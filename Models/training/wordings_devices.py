"""What medical material is called: in general, and by its kind."""

from wording import Wording

GENERAL: Wording = Wording(
    one=(
        "medical device", "foreign object of medical origin", "indwelling device",
        "support device", "[tube or catheter|catheter or tube|catheter or device]",
    ),
    mass=(
        "medical material", "medical hardware", "artificial material",
        "indwelling medical material", "implanted medical material", "therapeutic material",
    ),
    plural=(
        "medical devices", "lines or tubes", "catheters or wires", "metallic medical parts",
    ),
    clauses=(
        "Medical material [is in place|is in situ|has been placed|remains in the chest]",
        "The patient [has undergone|is after] [treatment|an intervention] with medical material",
    ),
    denials=(
        "No [catheter|tube], [wire|line] or pacemaker is [seen|present|visible]",
        "The chest is free of catheters and tubes",
        "No [pacemaker or catheter|catheter or tube]",
    ),
)  # fmt: skip

DEVICES: dict[str, Wording] = {
    "pacemaker": Wording(
        one=(
            "pacemaker", "cardiac pacemaker", "pacemaker generator with electrodes",
            "pacemaker device", "implanted pacemaker", "heart pacemaker",
            "pulse generator of a pacemaker", "battery of a pacemaker",
        ),
        clauses=(
            "A pacemaker is in place {where} with leads to the heart",
            "Pacemaker leads run from {site} into the heart",
            "The battery of the pacemaker lies {at}",
        ),
    ),
    "port catheter": Wording(
        one=(
            "port catheter", "venous port", "port chamber with catheter", "implanted port",
            "chemotherapy port", "port system", "subcutaneous port", "port device",
        ),
        clauses=(
            "A port catheter is in place {where}", "The port chamber lies {at}",
            "The catheter of a port runs from {site} to the superior vena cava",
        ),
    ),
    "central venous catheter": Wording(
        one=(
            "central venous catheter", "central venous line", "central line", "venous catheter",
            "central catheter", "jugular venous catheter", "vena cava catheter",
            "intravenous catheter",
        ),
        clauses=(
            "A central venous catheter ends in the superior vena cava",
            "The tip of a central line lies in the vena cava",
            "A catheter runs through a central vein to the vena cava",
        ),
    ),
    "sternal wires": Wording(
        plural=(
            "sternal wires", "sternotomy wires", "wire sutures of the sternum",
            "metallic sternal sutures", "median sternotomy wires", "sternal cerclage wires",
            "metal wires of the sternum", "sternal wire loops",
        ),
        clauses=(
            "The sternum is closed with wires", "Metallic wires hold the sternum after sternotomy",
            "The patient has had a sternotomy and the wires are in place",
        ),
    ),
    "nasogastric tube": Wording(
        one=(
            "nasogastric tube", "gastric tube", "feeding tube", "stomach tube",
            "nasogastric feeding tube", "enteric tube", "nasogastric catheter",
            "[oesophageal|esophageal] feeding tube",
        ),
        clauses=(
            "A nasogastric tube runs through the [oesophagus|esophagus] into the stomach",
            "The tip of a feeding tube lies in the stomach",
            "A tube passes along the [oesophagus|esophagus] to the stomach",
        ),
    ),
    "chest tube": Wording(
        one=(
            "chest tube", "thoracic drain", "pleural drain", "drainage tube", "thoracostomy tube",
            "chest drain", "pleural drainage catheter", "thoracic drainage tube",
        ),
        clauses=(
            "A chest tube is in place {where}", "A drain has been placed in {site}",
            "The tip of a chest drain lies {at}",
        ),
    ),
}  # fmt: skip
"""Medical material by its place; GENERAL names what has none."""
