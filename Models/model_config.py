"""config.json: what tensor shapes tell, what the user says, and the recipe's fixed numbers, each
checked against the others.
"""

import json
import math
from dataclasses import dataclass

from refusal import NO_INPUT, Refusal
from wordpiece import END, PADDING, START, UNKNOWN

FORMAT = "brgsa-model/1"
DESCRIPTION_FORMAT = "brgsa-model/2"
CONVERTER = "brgsa convert 1"
TEMPLATE = "There is {term}"
SPECIAL_TOKENS = {"padding": PADDING, "unknown": UNKNOWN, "start": START, "end": END}
PUBLISHED_HEAD_WIDTH = 64
# The published recipe; see "Volume → model input" in the model's description.
PUBLISHED = {
    "volume": [256, 256, 128],
    "spacing": [1.5, 1.5, 3.0],
    "base_volume": [224, 224, 112],
    "tokens": 97,
    "last_layers": 4,
}
OUTSIDE_HU, PAD_HU, CLIP_HU, DIVISOR, MEAN, DEVIATION = (
    0,
    -1024,
    [-1000, 1000],
    1000,
    0.4978,
    0.2449,
)
# What the service accepts: its own bounds, mirrored so that a directory it would refuse is never written.
SPACING_MM, EXTENT, VOXELS, CHANNELS, GRID, PATCH_VOXELS, PATCHES = (
    (0.1, 100.0),
    1024,
    1 << 27,
    8192,
    256,
    1 << 16,
    1 << 18,
)
SAID_BY_USER = ("volume", "spacing", "base_volume", "heads", "text_heads", "tokens", "last_layers")


@dataclass(frozen=True)
class Identity:
    """What the directory says about itself."""

    name: str
    version: str
    template: str | None
    negative_template: str | None
    random_weights: bool
    integer_hu: bool


def reference_config(path):
    """The reference's config.json as a dictionary; {} without a path."""
    if path is None:
        return {}
    try:
        with open(path, encoding="utf-8") as file:
            values = json.load(file)
    except OSError as problem:
        raise Refusal(f"{path}: {problem.strerror}", NO_INPUT) from None
    except ValueError as problem:
        raise Refusal(f"{path}: not JSON: {problem}") from None
    known = {*SAID_BY_USER, "patch", "dim", "depth", "bank", "text_depth"}
    if not isinstance(values, dict):
        raise Refusal(f"{path}: not a JSON object")
    if set(values) - known:
        raise Refusal(f"{path}: unknown members {sorted(set(values) - known)}")
    return values


def settle(d, said, reference):
    """One value for each of SAID_BY_USER. d: layout.Dimensions; said: flags (None: not given);
    reference: its config.

    Refuses a contradiction between a flag, the reference's config and a tensor's shape, naming the
    member.
    """
    told = {
        "patch": list(d.patch),
        "dim": d.embedding,
        "depth": d.vision_depth,
        "bank": d.bank,
        "text_depth": d.text_depth,
    }
    for member, value in told.items():
        if member in reference and reference[member] != value:
            raise Refusal(
                f"config member {member} is {reference[member]}, "
                f"but the checkpoint's tensors say {value}"
            )
    heads = d.embedding // PUBLISHED_HEAD_WIDTH if d.embedding % PUBLISHED_HEAD_WIDTH == 0 else None
    defaults = PUBLISHED | {"heads": heads, "text_heads": heads}
    settled = {}
    for member in SAID_BY_USER:
        flag, configured = said.get(member), reference.get(member)
        if flag is not None and configured is not None and flag != configured:
            raise Refusal(
                f"{_flag(member)} says {flag}, but config member {member} says {configured}"
            )
        settled[member] = next(
            (value for value in (flag, configured, defaults[member]) if value is not None), None
        )
    _check(d, settled)
    return settled


def _flag(member):
    return "--" + member.replace("_", "-")


def _check(d, settled):
    for member in ("heads", "text_heads"):
        if settled[member] is None:
            raise Refusal(
                f"{d.embedding} channels are not a multiple of {PUBLISHED_HEAD_WIDTH}: "
                f"say {_flag(member)}"
            )
    for member in ("heads", "text_heads", "tokens", "last_layers"):
        if not _is_count(settled[member]):
            raise Refusal(f"{member} must be a whole number of at least 1, found {settled[member]}")
    for member in ("heads", "text_heads"):
        if d.embedding % settled[member]:
            raise Refusal(
                f"{member}: {d.embedding} channels cannot be divided among {settled[member]} heads"
            )
    for member in ("volume", "base_volume"):
        edges = settled[member]
        if not isinstance(edges, list) or len(edges) != 3 or not all(map(_is_count, edges)):
            raise Refusal(f"{member} must be three whole numbers of at least 1, found {edges}")
        if any(edge % patch for edge, patch in zip(edges, d.patch)):
            raise Refusal(f"{member} {edges} is not a multiple of the patch {list(d.patch)}")
    spacing = settled["spacing"]
    if (
        not isinstance(spacing, list)
        or len(spacing) != 3
        or not all(type(mm) in (int, float) and math.isfinite(mm) and mm > 0 for mm in spacing)
    ):
        raise Refusal(f"spacing must be three positive numbers of millimetres, found {spacing}")
    if not all(SPACING_MM[0] <= mm <= SPACING_MM[1] for mm in spacing):
        raise Refusal(f"spacing must be {SPACING_MM[0]} to {SPACING_MM[1]} mm, found {spacing}")
    volume = settled["volume"]
    if max(volume) > EXTENT or math.prod(volume) > VOXELS:
        raise Refusal(f"volume {volume} has more than {EXTENT} voxels an axis or {VOXELS} in all")
    if math.prod(d.patch) > PATCH_VOXELS or math.prod(volume) > PATCHES * math.prod(d.patch):
        raise Refusal(
            f"a patch may have {PATCH_VOXELS} voxels and a volume {PATCHES} patches, "
            f"found {list(d.patch)} and {volume}"
        )
    if d.embedding > CHANNELS:
        raise Refusal(f"{d.embedding} channels, at most {CHANNELS} are supported")
    grid = position_grid(d, settled)
    if max(grid) > GRID:
        raise Refusal(f"base_volume has {grid} patches, at most {GRID} an axis are supported")
    if math.prod(grid) != d.position_rows - 1:
        raise Refusal(
            f"base_volume {settled['base_volume']} has {grid[0]}x{grid[1]}x{grid[2]} patches, "
            f"but img_encoder.model.pos_embed has {d.position_rows} rows, one of them for [CLS]"
        )
    if not 3 <= settled["tokens"] <= d.positions:
        raise Refusal(
            f"tokens must be 3 to {d.positions} (the rows of position_embeddings), "
            f"found {settled['tokens']}"
        )
    if settled["last_layers"] > d.text_depth:
        raise Refusal(
            f"last_layers must be at most the text encoder's {d.text_depth} layers, "
            f"found {settled['last_layers']}"
        )


def _is_count(value):
    return type(value) is int and value >= 1


def position_grid(d, settled):
    """How many patches the position embedding was learnt on, x, y, z."""
    return [edge // patch for edge, patch in zip(settled["base_volume"], d.patch)]


def members(d, settled, identity, provenance):
    """config.json as a dictionary in its fixed order."""
    return {
        "format": FORMAT,
        "name": identity.name,
        "version": identity.version,
        "random_weights": identity.random_weights,
        "dimensions": {
            "embedding": d.embedding,
            "bank": d.bank,
            "vision": {
                "depth": d.vision_depth,
                "heads": settled["heads"],
                "hidden": d.vision_hidden,
                "patch": list(d.patch),
                "position_grid": position_grid(d, settled),
            },
            "text": {
                "depth": d.text_depth,
                "heads": settled["text_heads"],
                "hidden": d.text_hidden,
                "vocabulary": d.vocabulary,
                "positions": d.positions,
                "token_types": d.token_types,
                "max_tokens": settled["tokens"],
                "pooled_layers": settled["last_layers"],
            },
        },
        "recipe": {
            "version": 1,
            "orientation": "LPS",
            "spacing_mm": [_plain(mm) for mm in settled["spacing"]],
            "shape": settled["volume"],
            "outside_hu": OUTSIDE_HU,
            "pad_hu": PAD_HU,
            "clip_hu": CLIP_HU,
            "divisor": DIVISOR,
            "mean": MEAN,
            "std": DEVIATION,
            "integer_hu": identity.integer_hu,
        },
        "prompt_template": identity.template or TEMPLATE,
        "special_tokens": SPECIAL_TOKENS,
        "provenance": provenance,
    }


def description(identity, *, family, embedding, vision, text, score, prompts, recipe, provenance):
    """config.json of the second format, in which a model is described by its parts; in its fixed order."""
    spacing = [_plain(mm) for mm in recipe["spacing_mm"]]
    return {
        "format": DESCRIPTION_FORMAT,
        "family": family,
        "name": identity.name,
        "version": identity.version,
        "random_weights": identity.random_weights,
        "embedding": embedding,
        "vision": vision,
        "text": text,
        "score": score,
        "prompts": prompts,
        "recipe": {"version": 1, "orientation": "LPS"} | recipe | {"spacing_mm": spacing},
        "special_tokens": SPECIAL_TOKENS,
        "provenance": provenance,
    }


def _plain(number):
    """6.0 as 6, so that the same spacing is always written with the same characters."""
    return int(number) if number == int(number) else number
