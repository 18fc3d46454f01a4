"""The parts of a model as its config.json describes them, whichever format it has.

"brgsa-model/1" can describe BrgSA only, so the parts it does not name are filled in here.
"""

BLOCK_NORM_EPSILON = 1e-6  # timm's and MONAI's ViT blocks
FINAL_NORM_EPSILON = 1e-5  # the norm after BrgSA's last block


def architecture(config):
    """{embedding, bank, vision, text, score} in the words of the second format."""
    if config["format"] == "brgsa-model/2":
        return {"bank": None} | config
    dimensions = config["dimensions"]
    width = dimensions["embedding"]
    vision, text = dict(dimensions["vision"]), dict(dimensions["text"])
    grid = vision.pop("position_grid")
    return {
        "embedding": width,
        "bank": dimensions["bank"],
        "vision": {
            "width": width,
            **vision,
            "positions": {"kind": "table", "grid": grid},
            "partition": None,
            "norm_epsilon": BLOCK_NORM_EPSILON,
            "final_norm_epsilon": FINAL_NORM_EPSILON,
            "pooling": "class_token",
            "head": "linear",
        },
        "text": {
            "cleaning": "sentences",
            "width": width,
            **text,
            "pooling": "sum",
            "head": "linear",
        },
        "score": {"kind": "cosine_mean"},
    }
