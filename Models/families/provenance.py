"""What a model directory says about where its weights come from. A flag replaces what is filled in here."""

from refusal import USAGE, Refusal

# What the authors publish, read in November 2026. Nothing is judged here: users decide what a license allows them.
KNOWN = {
    "brgsa": {
        "source_url": "https://github.com/laihaoran/BrgSA",
        "license": "not stated for the weights",
        "license_url": "",
        "training_data": "CT-RATE",
        "training_data_license": "CC BY-NC-SA 4.0",
        "intended_use": "Non-commercial research on chest CT. Not a medical device.",
    },
    "hlip": {
        "source_url": "https://github.com/Zch0414/hlip",
        "license": "MIT (the authors' repository, which links the weights)",
        "license_url": "https://github.com/Zch0414/hlip/blob/master/LICENSE",
        "training_data": "CT-RATE",
        "training_data_license": "CC BY-NC-SA 4.0",
        "intended_use": "Research on chest CT. Not a medical device.",
    },
}
FLAGS = tuple(KNOWN["brgsa"])
LONGEST = 500


def statements(family, options):
    """{member: text} of provenance, from the flags and, where a flag was not given, from KNOWN."""
    told = {}
    for member in FLAGS:
        given = getattr(options, member)
        told[member] = KNOWN[family][member] if given is None else given
        if len(told[member]) > LONGEST or not told[member].isprintable():
            flag = "--" + member.replace("_", "-")
            raise Refusal(f"{flag} must have at most {LONGEST} printable characters", USAGE)
    for member in ("source_url", "license_url"):
        if told[member] and not told[member].startswith(("https://", "http://")):
            flag = "--" + member.replace("_", "-")
            raise Refusal(f"{flag} must start with https:// or http://", USAGE)
    return told
