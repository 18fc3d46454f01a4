"""HLIP: a 3D vision transformer whose blocks attend within slabs of the volume or over the whole of it, and CXR-BERT.

Source: Zhao et al., arXiv 2505.21862, and the names of open_clip's classes. The checkpoint has the axes depth, height,
width; a model directory has x, y, z, so two tensors are turned here and the service need not know.
"""

import math
import re

import numpy as np

import model_config
from families import bert, bounds, hlip_prompts
from layout import Names
from refusal import USAGE, Refusal

TEXT, VISION = "text.transformer.", "visual.trunk."
PATCHES = VISION + "patch_embed.proj.weight"
POSITIONS = VISION + "spatial_posemb"
SCALE = "logit_scale"
DEFAULTS = {"volume": [336, 336, 112], "spacing": [1.0, 1.0, 3.0]}
# (HU + 1150) / 1500, clipped to 0…1, then the mean of ImageNet's three means and deviations.
CLIP_HU, OFFSET_HU, DIVISOR, MEAN, DEVIATION = [-1150, 350], -1150, 1500, 0.449, 0.226
EPSILON = 1e-6
NEGATIVE = "The volume shows: Not {term}."
TEMPLATE = "The volume shows: {term}."
UNSAID = ("base_volume", "last_layers", "config")


class Conversion:
    """One HLIP checkpoint and what its model directory will hold."""

    vocabulary_table = TEXT + "embeddings.word_embeddings.weight"

    def __init__(self, source, options):
        self._source = source
        self.names = names = Names(source.shapes, "module.")
        _refuse_other_kinds(names, options)
        width, _, *patch = names.shape(PATCHES, 5)
        _, *grid, _ = names.shape(POSITIONS, 5)
        self.patch, self.grid = patch[::-1], grid[::-1]
        self.vision = {
            "width": width,
            "depth": names.depth(VISION + "blocks"),
            "hidden": names.shape(VISION + "blocks.0.mlp.fc1.weight", 2)[0],
        }
        self.text = bert.dimensions(names, TEXT)
        self.embedding = names.shape("visual.head.proj.weight", 2)[0]
        self._sources = self._plan()
        self._check()
        self.vocabulary = self.text["vocabulary"]
        self.shapes = {ours: shape for ours, (_, _, shape, _) in self._sources.items()}
        self.said = self._settle(options)

    def _plan(self):
        """{our name: (their name, their shape, our shape, what is done to the values)}."""
        plan = {}

        def same(ours, theirs, shape):
            plan[ours] = (theirs, shape, shape, None)

        for name, shape in bert.wanted(self.text).items():
            same("text_encoder.model." + name, TEXT + name, shape)
        width, hidden, c = self.vision["width"], self.vision["hidden"], self.embedding
        same("text_encoder.emb_global.weight", "text.proj.weight", (c, self.text["width"]))
        ours = "img_encoder.model."
        same(ours + "cls_token", VISION + "cls_token", (1, 1, width))
        plan[ours + "pos_embed"] = (
            POSITIONS,
            (1, *self.grid[::-1], width),
            (1, 1 + math.prod(self.grid), width),
            _position_rows,
        )
        plan[ours + "patch_embed.proj.weight"] = (
            PATCHES,
            (width, 1, *self.patch[::-1]),
            (width, 1, *self.patch),
            lambda kernel: kernel.transpose(0, 1, 4, 3, 2),
        )
        rest = {"patch_embed.proj.bias": (width,)}
        rest |= _block_shapes(width, hidden, self.vision["depth"])
        for name, shape in rest.items():
            same(ours + name, VISION + name, shape)
        same("img_encoder.global_embedder.weight", "visual.head.proj.weight", (c, width))
        return plan

    def _check(self):
        """Refuses the first key that is missing, misshaped or unknown."""
        expected = {theirs: shape for theirs, shape, _, _ in self._sources.values()} | {SCALE: ()}
        for name, shape in expected.items():
            found = self.names.shape(name, len(shape))
            if found != shape:
                raise Refusal(
                    f"{self.names.full(name)}: wanted shape {list(shape)}, found {list(found)}"
                )
        expected = {self.names.full(name) for name in expected}
        self.unused, self.unknown = [], []
        for name in sorted(set(self.names.shapes) - expected):
            bare = name.removeprefix(self.names.prefix)
            if not bare.startswith(TEXT) or not bert.UNUSED.fullmatch(bare.removeprefix(TEXT)):
                raise Refusal(
                    f"unknown key: {name}; "
                    "the model computes something that this converter does not know"
                )
            self.unused.append(name)

    def _settle(self, options):
        volume = options.volume or DEFAULTS["volume"]
        spacing = options.spacing or DEFAULTS["spacing"]
        bounds.volume(volume, self.patch, spacing)
        if max(self.grid) > model_config.GRID:
            raise Refusal(
                f"{POSITIONS} has {self.grid} patches, at most {model_config.GRID} an axis"
            )
        bounds.channels(self.vision["width"], self.text["width"], self.embedding)
        tokens = options.tokens or self.text["positions"]
        bounds.tokens(tokens, self.text["positions"])
        depth = self.vision["depth"]
        joined = options.joined_blocks
        if joined is None:
            joined = list(range(2, depth, 3))
        if joined != sorted(set(joined)) or not all(0 <= block < depth for block in joined):
            raise Refusal(
                f"joined-blocks must be ascending numbers from 0 to {depth - 1}, found {joined}"
            )
        return {
            "volume": volume,
            "spacing": spacing,
            "tokens": tokens,
            "heads": bounds.heads("heads", options.heads, self.vision["width"]),
            "text_heads": bounds.heads("text_heads", options.text_heads, self.text["width"]),
            "joined": joined,
        }

    def values(self, ours):
        """The tensor's floating-point values in our order, under the name that a fault shows."""
        theirs, _, shape, change = self._sources[ours]
        name = self.names.full(theirs)
        values = self._source.read(name)
        if change is not None and values.dtype.kind == "f":
            values = np.ascontiguousarray(change(values)).reshape(shape)
        return name, values

    def config(self, identity, provenance):
        """config.json as a dictionary in its fixed order."""
        scale = float(np.exp(np.float64(self._source.read(self.names.full(SCALE)))))
        if not math.isfinite(scale) or scale <= 0:
            raise Refusal(f"{self.names.full(SCALE)}: exp of it is {scale}, not a positive number")
        said, text = self.said, self.text
        return model_config.description(
            identity,
            family="hlip",
            embedding=self.embedding,
            vision={
                "input": "volume",
                **self.vision,
                "heads": said["heads"],
                "patch": self.patch,
                "positions": {"kind": "table", "grid": self.grid},
                "partition": {"axis": "z", "joined_blocks": said["joined"]},
                "norm_epsilon": EPSILON,
                "final_norm_epsilon": EPSILON,
                "pooling": "class_token",
                "head": "linear_without_bias",
                "maps": "none",
            },
            text={
                "cleaning": "none",
                **text,
                "heads": said["text_heads"],
                "max_tokens": said["tokens"],
                "pooling": "class_token",
                "head": "linear_without_bias",
            },
            score={"kind": "pair_softmax", "scale": scale},
            prompts={
                "template": identity.template or TEMPLATE,
                "negative_template": identity.negative_template or NEGATIVE,
                "sets": hlip_prompts.sets(),
            },
            recipe={
                "resampling": "torch",
                "spacing_mm": said["spacing"],
                "shape": said["volume"],
                "outside_hu": 0,
                "pad_hu": CLIP_HU[0],
                "crop_before": "floor",
                "clip_hu": CLIP_HU,
                "offset_hu": OFFSET_HU,
                "divisor": DIVISOR,
                "mean": MEAN,
                "std": DEVIATION,
                "integer_hu": identity.integer_hu,
            },
            provenance=provenance,
        )


def published_shapes():
    """{their name: shape} of a checkpoint of the published size, for random models."""
    width, hidden, shared = 768, 3072, 512
    text = {
        "width": width,
        "depth": 12,
        "hidden": hidden,
        "vocabulary": 30522,
        "positions": 512,
        "token_types": 2,
    }
    shapes = {TEXT + name: shape for name, shape in bert.wanted(text).items()}
    shapes |= {
        SCALE: (),
        "text.proj.weight": (shared, width),
        "visual.head.proj.weight": (shared, width),
        VISION + "cls_token": (1, 1, width),
        POSITIONS: (1, 14, 14, 14, width),
        PATCHES: (width, 1, 8, 24, 24),
        VISION + "patch_embed.proj.bias": (width,),
    }
    for name, shape in _block_shapes(width, hidden, 12).items():
        shapes[VISION + name] = shape
    return shapes


def _block_shapes(width, hidden, depth):
    """{name: shape} of the blocks and of the norm after them, without the path in front."""
    shapes = {}
    for number in range(depth):
        block = f"blocks.{number}."
        shapes |= bert.norm(block + "norm1", width)
        shapes |= bert.linear(block + "attn.qkv", 3 * width, width)
        shapes |= bert.linear(block + "attn.proj", width, width)
        shapes |= bert.norm(block + "norm2", width)
        shapes |= bert.linear(block + "mlp.fc1", hidden, width)
        shapes |= bert.linear(block + "mlp.fc2", width, hidden)
    return shapes | bert.norm("norm", width)


def _position_rows(table):
    """[1, depth, height, width, C] → [1, 1 + N, C], x slowest; the class token has no position, so its row is zero."""
    rows = table[0].transpose(2, 1, 0, 3).reshape(1, -1, table.shape[-1])
    return np.concatenate([np.zeros_like(rows[:, :1]), rows], 1)


def _refuse_other_kinds(names, options):
    if names.full(VISION + "sequential_posemb") in names.shapes:
        raise Refusal(
            f"{names.full(VISION + 'sequential_posemb')}: "
            "this is an HLIP of several scans (brain MRI); only the chest CT model with one scan is supported"
        )
    adapted = next((name for name in names.shapes if re.search(r"\.lora_[AB]\.", name)), None)
    if adapted:
        raise Refusal(f"{adapted}: merge the adapter (LoRA) into the text encoder first")
    for member in UNSAID:
        if getattr(options, member) is not None:
            flag = "--" + member.replace("_", "-")
            raise Refusal(f"{flag} does not apply to the family hlip", USAGE)
