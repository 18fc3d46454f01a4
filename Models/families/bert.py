"""The names and shapes of a Hugging Face BertModel, as every family stores its text encoder."""

import re

LAYER_PARTS = ("query", "key", "value")
# Stored by some versions of transformers, and used by none of the families.
UNUSED = re.compile(r"(pooler\.dense\.(weight|bias)|embeddings\.position_ids)")


def dimensions(names, path):
    """What the shapes of the BERT under `path` tell."""
    embeddings = path + "embeddings."
    vocabulary, width = names.shape(embeddings + "word_embeddings.weight", 2)
    return {
        "width": width,
        "depth": names.depth(path + "encoder.layer"),
        "hidden": names.shape(path + "encoder.layer.0.intermediate.dense.weight", 2)[0],
        "vocabulary": vocabulary,
        "positions": names.shape(embeddings + "position_embeddings.weight", 2)[0],
        "token_types": names.shape(embeddings + "token_type_embeddings.weight", 2)[0],
    }


def wanted(d):
    """{name: shape} of every tensor that inference uses, without the path in front."""
    width, hidden = d["width"], d["hidden"]
    shapes = {
        "embeddings.word_embeddings.weight": (d["vocabulary"], width),
        "embeddings.position_embeddings.weight": (d["positions"], width),
        "embeddings.token_type_embeddings.weight": (d["token_types"], width),
    }
    shapes |= norm("embeddings.LayerNorm", width)
    for number in range(d["depth"]):
        layer = f"encoder.layer.{number}."
        for part in LAYER_PARTS:
            shapes |= linear(f"{layer}attention.self.{part}", width, width)
        shapes |= linear(layer + "attention.output.dense", width, width)
        shapes |= norm(layer + "attention.output.LayerNorm", width)
        shapes |= linear(layer + "intermediate.dense", hidden, width)
        shapes |= linear(layer + "output.dense", width, hidden)
        shapes |= norm(layer + "output.LayerNorm", width)
    return shapes


def linear(name, rows, columns):
    return {name + ".weight": (rows, columns), name + ".bias": (rows,)}


def norm(name, width):
    return {name + ".weight": (width,), name + ".bias": (width,)}
