"""The published checkpoint's names and what their shapes tell about the model."""

import re
from dataclasses import dataclass

from refusal import Refusal

PREFIX = "gloria."
# Stored in every published checkpoint and used by training only.
UNUSED = re.compile(
    r"text_encoder\.(model\.pooler\.dense|emb_local)\.(weight|bias)"
    r"|text_encoder\.model\.embeddings\.position_ids|img_encoder\.local_embedder\.(weight|bias)"
)
WORDS = "text_encoder.model.embeddings.word_embeddings.weight"
POSITIONS = "text_encoder.model.embeddings.position_embeddings.weight"
TYPES = "text_encoder.model.embeddings.token_type_embeddings.weight"
TEXT_HIDDEN = "text_encoder.model.encoder.layer.0.intermediate.dense.weight"
PATCHES = "img_encoder.model.patch_embed.proj.weight"
POSITION_ROWS = "img_encoder.model.pos_embed"
VISION_HIDDEN = "img_encoder.model.blocks.0.mlp.fc1.weight"
BANK = "dictionarylearning.dictionary.weight"


@dataclass(frozen=True)
class Dimensions:
    """Everything that tensor shapes tell. `position_rows` counts the class token's row too."""

    embedding: int
    bank: int
    vision_depth: int
    vision_hidden: int
    patch: tuple
    position_rows: int
    text_depth: int
    text_hidden: int
    vocabulary: int
    positions: int
    token_types: int


class Names:
    """The checkpoint's shapes {full name: shape} under their names without the prefix."""

    def __init__(self, shapes, prefix=PREFIX):
        for name in shapes:
            if not name.isprintable():
                raise Refusal(f"a key of the checkpoint is not printable: {name!a}")
        self.prefix = prefix if any(name.startswith(prefix) for name in shapes) else ""
        self.shapes = shapes

    def full(self, name):
        return self.prefix + name

    def shape(self, name, rank):
        """The shape of a tensor that must be there with `rank` axes."""
        full = self.full(name)
        if full not in self.shapes:
            raise Refusal(f"missing key: {full}")
        shape = self.shapes[full]
        if shape is None or len(shape) != rank or 0 in shape:
            found = "no tensor" if shape is None else f"shape {list(shape)}"
            raise Refusal(f"{full}: wanted {rank} axes, found {found}")
        return tuple(shape)

    def depth(self, path):
        """How many numbered blocks there are under `path`: one more than the highest number."""
        pattern = re.compile(re.escape(self.full(path)) + r"\.([0-9]{1,4})\.")
        return 1 + max(
            (int(match[1]) for match in map(pattern.match, self.shapes) if match), default=0
        )


def dimensions(names):
    """Reads the dimensions off the tensors that define them."""
    embedding, _, *patch = names.shape(PATCHES, 5)
    vocabulary, _ = names.shape(WORDS, 2)
    return Dimensions(
        embedding=embedding,
        patch=tuple(patch),
        vocabulary=vocabulary,
        bank=names.shape(BANK, 2)[0],
        vision_depth=names.depth("img_encoder.model.blocks"),
        vision_hidden=names.shape(VISION_HIDDEN, 2)[0],
        position_rows=names.shape(POSITION_ROWS, 3)[1],
        text_depth=names.depth("text_encoder.model.encoder.layer"),
        text_hidden=names.shape(TEXT_HIDDEN, 2)[0],
        positions=names.shape(POSITIONS, 2)[0],
        token_types=names.shape(TYPES, 2)[0],
    )


def wanted(d):
    """{name without prefix: shape} of every tensor that inference uses."""
    shapes = {}

    def linear(name, rows, columns):
        shapes[name + ".weight"], shapes[name + ".bias"] = (rows, columns), (rows,)

    def norm(name):
        shapes[name + ".weight"], shapes[name + ".bias"] = (d.embedding,), (d.embedding,)

    c = d.embedding
    shapes |= {
        WORDS: (d.vocabulary, c),
        POSITIONS: (d.positions, c),
        TYPES: (d.token_types, c),
        BANK: (d.bank, c),
    }
    norm("text_encoder.model.embeddings.LayerNorm")
    for number in range(d.text_depth):
        layer = f"text_encoder.model.encoder.layer.{number}."
        for part in (
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
        ):
            linear(layer + part, c, c)
        norm(layer + "attention.output.LayerNorm")
        linear(layer + "intermediate.dense", d.text_hidden, c)
        linear(layer + "output.dense", c, d.text_hidden)
        norm(layer + "output.LayerNorm")
    linear("text_encoder.emb_global", c, c)

    shapes |= {"img_encoder.model.cls_token": (1, 1, c), POSITION_ROWS: (1, d.position_rows, c)}
    shapes |= {PATCHES: (c, 1, *d.patch), "img_encoder.model.patch_embed.proj.bias": (c,)}
    for number in range(d.vision_depth):
        block = f"img_encoder.model.blocks.{number}."
        norm(block + "norm1")
        linear(block + "attn.qkv", 3 * c, c)
        linear(block + "attn.proj", c, c)
        norm(block + "norm2")
        linear(block + "mlp.fc1", d.vision_hidden, c)
        linear(block + "mlp.fc2", c, d.vision_hidden)
    norm("img_encoder.model.norm")
    linear("img_encoder.global_embedder", c, c)
    return shapes


def check(names, shapes):
    """Refuses the first tensor, in the order of `shapes`, that is missing or has another shape."""
    for name, shape in shapes.items():
        found = names.shape(name, len(shape))
        if found != shape:
            raise Refusal(f"{names.full(name)}: wanted shape {list(shape)}, found {list(found)}")


def dropped(names, shapes):
    """The checkpoint's other keys, sorted: (those that only training uses, those that this
    converter does not know).
    """
    kept = {names.full(name) for name in shapes}
    others = sorted(name for name in names.shapes if name not in kept)
    unused = [name for name in others if UNUSED.fullmatch(name.removeprefix(names.prefix))]
    return unused, [name for name in others if name not in unused]
