"""The model families in NumPy, written plainly and apart from the service: it computes what a model directory's
self-test must show. config.json says which parts a model has; nothing here asks for the family's name.

Letters: C channels, N patches, K bank rows, n tokens of a prompt. All arithmetic is float64 on the
weights as stored. Source: Lai et al., arXiv 2501.03565; ViT, arXiv 2010.11929; BERT, arXiv
1810.04805.
"""

import json
import math
from pathlib import Path

import numpy as np

import safetensors_io
from architecture import architecture
from wordpiece import Vocabulary

BERT_NORM_EPSILON = 1e-12
COSINE_EPSILON = 1e-12  # torch.nn.functional.normalize


# ---------------------------------------------------------------------------------------- functions
def _error_function_table(step, terms, limit):
    """Taylor coefficients of erf at 0, step, 2·step … limit: row k holds those of (x − k·step)⁰, ¹,
    …
    """
    centres = np.arange(int(limit / step) + 1) * step
    table = np.zeros((len(centres), terms))
    table[:, 0] = [math.erf(x) for x in centres]
    # exp(−(x+h)²) = exp(−x²) · Σ aₙ hⁿ with (n+1)·aₙ₊₁ = −2x·aₙ − 2·aₙ₋₁; erf is its integral times
    # 2/√π.
    before, now = np.zeros_like(centres), np.ones_like(centres)
    for n in range(terms - 1):
        table[:, n + 1] = 2 / math.sqrt(math.pi) * np.exp(-(centres**2)) * now / (n + 1)
        before, now = now, (-2 * centres * now - 2 * before) / (n + 1)
    return table


ERF_STEP, ERF_LIMIT = (
    1 / 128,
    6.0,
)  # |x − centre| ≤ 1/256, so eight terms leave less than 1e-17; erf(6) is 1 in float64
ERF_TABLE = _error_function_table(ERF_STEP, 8, ERF_LIMIT)


def erf(x):
    """The error function within 4e-16, for arrays of any shape."""
    size = np.minimum(np.abs(x), ERF_LIMIT)
    centre = np.rint(size / ERF_STEP).astype(np.int32)
    h = size - centre * ERF_STEP
    result = ERF_TABLE[centre, -1]
    for term in range(ERF_TABLE.shape[1] - 2, -1, -1):
        result = result * h + ERF_TABLE[centre, term]
    return np.copysign(result, x)


def gelu(x):
    """x · Φ(x), the exact form."""
    return 0.5 * x * (1 + erf(x / math.sqrt(2)))


def softmax(x):
    """Over the last axis."""
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def layer_norm(x, weight, bias, epsilon):
    """Over the last axis, with the population variance."""
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + epsilon) * weight + bias


def attention(q, k, v, heads):
    """q, k, v [n, C] → [n, C]: softmax(q·kᵀ/√(C/heads))·v for each head's slice of the channels."""
    out = np.empty_like(q)
    width = q.shape[1] // heads
    for first in range(0, q.shape[1], width):
        part = slice(first, first + width)
        out[:, part] = softmax(q[:, part] @ k[:, part].T / math.sqrt(width)) @ v[:, part]
    return out


def resize_axis(values, axis, size):
    """Linear interpolation along one axis, half-pixel centres, edges held (PyTorch's
    align_corners=False).
    """
    have = values.shape[axis]
    position = np.maximum((np.arange(size) + 0.5) * have / size - 0.5, 0)
    lower = np.floor(position).astype(int)
    upper = np.minimum(lower + 1, have - 1)
    share = (position - lower).reshape([-1 if a == axis else 1 for a in range(values.ndim)])
    return values.take(lower, axis) * (1 - share) + values.take(upper, axis) * share


def resize_grid(values, grid):
    """[x, y, z, C] → [*grid, C], trilinear."""
    for axis, size in enumerate(grid):
        if values.shape[axis] != size:
            values = resize_axis(values, axis, size)
    return values


def cosine(a, b):
    """Of two vectors [C]."""
    return float(
        a @ b / (max(np.linalg.norm(a), COSINE_EPSILON) * max(np.linalg.norm(b), COSINE_EPSILON))
    )


# -------------------------------------------------------------------------------------------- model
class Model:
    """The model of one directory (config.json, vocab.txt, model.safetensors)."""

    def __init__(self, directory):
        directory = Path(directory)
        self.config = json.loads((directory / "config.json").read_text("utf-8"))
        self.parts = architecture(self.config)
        self.vocabulary = Vocabulary((directory / "vocab.txt").read_bytes())
        self._weights = safetensors_io.File(directory / "model.safetensors")

    def _weight(self, name):
        return np.asarray(self._weights.read(name), dtype=np.float64)

    def _linear(self, x, name, has_bias=True):
        y = x @ self._weight(name + ".weight").T
        return y + self._weight(name + ".bias") if has_bias else y

    def _head(self, x, part, name):
        return self._linear(x, name, self.parts[part]["head"] == "linear")

    def _norm(self, x, name, epsilon):
        return layer_norm(x, self._weight(name + ".weight"), self._weight(name + ".bias"), epsilon)

    def encode_volume(self, volume):
        """[X, Y, Z] model input → v [C] and patch embeddings [N, C], not normalised; patches go x
        slowest, z fastest.
        """
        for x in self._states(volume):
            pass
        epsilon = self.parts["vision"]["final_norm_epsilon"]
        out = self._head(
            self._norm(x, "img_encoder.model.norm", epsilon),
            "vision",
            "img_encoder.global_embedder",
        )
        return out[0], out[1:]

    def profile(self, volume, layers):
        """[X, Y, Z] model input → [2 · C · layers]: of the tokens before each block in `layers`
        (ascending) the mean over the patches, then the population standard deviation.
        """
        parts = []
        for number, x in enumerate(self._states(volume)):
            if number in layers:
                parts += [x[1:].mean(0), x[1:].std(0)]
            if number == layers[-1]:
                break
        return np.concatenate(parts)

    def _states(self, volume):
        """The tokens [1 + N, C] before the first block, and after each. Between two blocks that attend within
        slabs the class token is one for each slab: here it is their mean.
        """
        path, vision = "img_encoder.model.", self.parts["vision"]
        volume = np.asarray(volume, dtype=np.float64)
        x = self._patches_with_positions(volume, vision)
        yield x
        slabs = _slabs(volume.shape, vision)
        classes = None
        for number in range(vision["depth"]):
            block = f"{path}blocks.{number}."
            if not slabs or number in vision["partition"]["joined_blocks"]:
                x, classes = self._block(x, block, vision), None
                yield x
                continue
            if classes is None:
                classes = [x[0]] * len(slabs)
            after = [
                self._block(np.concatenate([own[None], x[1 + members]]), block, vision)
                for own, members in zip(classes, slabs)
            ]
            classes = [slab[0] for slab in after]
            x = x.copy()
            x[0] = np.mean(classes, 0)
            for members, slab in zip(slabs, after):
                x[1 + members] = slab[1:]
            yield x

    def _block(self, x, block, vision):
        epsilon = vision["norm_epsilon"]
        q, k, v = np.split(
            self._linear(self._norm(x, block + "norm1", epsilon), block + "attn.qkv"), 3, 1
        )
        x = x + self._linear(attention(q, k, v, vision["heads"]), block + "attn.proj")
        hidden = gelu(self._linear(self._norm(x, block + "norm2", epsilon), block + "mlp.fc1"))
        return x + self._linear(hidden, block + "mlp.fc2")

    def _patches_with_positions(self, volume, vision):
        """[X, Y, Z] → [1 + N, C]: the class token, then the embedded patches, with their positions
        added.
        """
        path, patch = "img_encoder.model.", vision["patch"]
        grid = [size // edge for size, edge in zip(volume.shape, patch)]
        cut = volume.reshape(grid[0], patch[0], grid[1], patch[1], grid[2], patch[2]).transpose(
            0, 2, 4, 1, 3, 5
        )
        kernel = self._weight(path + "patch_embed.proj.weight")
        channels = kernel.shape[0]
        tokens = cut.reshape(math.prod(grid), -1) @ kernel.reshape(channels, -1).T + self._weight(
            path + "patch_embed.proj.bias"
        )
        position = self._weight(path + "pos_embed")[0]
        resized = resize_grid(position[1:].reshape(*vision["positions"]["grid"], channels), grid)
        first = self._weight(path + "cls_token")[0] + position[:1]
        return np.concatenate([first, tokens + resized.reshape(-1, channels)])

    def encode_text(self, text):
        """Any text → t [C], not normalised."""
        return self.encode_tokens(self.tokens(text))

    def tokens(self, text):
        """Token numbers [CLS] … [SEP] of any text, cleaned as the model wants it."""
        own = self.parts["text"]
        return self.vocabulary.tokens(text, own["max_tokens"], own["cleaning"])

    def encode_tokens(self, tokens):
        """Token numbers [CLS] … [SEP], without padding → t [C]. Padding never reaches a real token,
        so none is computed.
        """
        path, text = "text_encoder.model.", self.parts["text"]
        embedding = path + "embeddings."
        x = (
            np.asarray(
                self._weights.read(embedding + "word_embeddings.weight")[tokens], dtype=np.float64
            )
            + self._weight(embedding + "position_embeddings.weight")[: len(tokens)]
            + self._weight(embedding + "token_type_embeddings.weight")[0]
        )
        x = self._norm(x, embedding + "LayerNorm", BERT_NORM_EPSILON)
        states = []
        for number in range(text["depth"]):
            layer = f"{path}encoder.layer.{number}."
            q, k, v = (
                self._linear(x, f"{layer}attention.self.{part}")
                for part in ("query", "key", "value")
            )
            x = self._norm(
                x
                + self._linear(attention(q, k, v, text["heads"]), layer + "attention.output.dense"),
                layer + "attention.output.LayerNorm",
                BERT_NORM_EPSILON,
            )
            hidden = gelu(self._linear(x, layer + "intermediate.dense"))
            x = self._norm(
                x + self._linear(hidden, layer + "output.dense"),
                layer + "output.LayerNorm",
                BERT_NORM_EPSILON,
            )
            states.append(x)
        if text["pooling"] == "class_token":
            pooled = states[-1][0]
        else:
            # The authors divide by all positions, padding included, not by the prompt's own tokens.
            pooled = sum(states[-text["pooled_layers"] :]).sum(0) / text["max_tokens"]
        return self._head(pooled, "text", "text_encoder.emb_global")

    def bridge(self, x):
        """x [C] as a softmax mixture of the K bank rows; no scaling, x not normalised."""
        bank = self._weight("dictionarylearning.dictionary.weight")
        return softmax(bank @ x) @ bank

    def scores(self, v, t):
        """The five cosines under the reference's names; `score` is what the paper reports."""
        v_bridged, t_bridged = self.bridge(v), self.bridge(t)
        direct, bridged = cosine(v, t), cosine(v_bridged, t)
        return {
            "score": (direct + bridged) / 2,
            "v_t": direct,
            "vb_t": bridged,
            "v_tb": cosine(v, t_bridged),
            "vb_tb": cosine(v_bridged, t_bridged),
        }

    def pair_score(self, v, stated, denied):
        """The share of `stated` in the softmax over the scaled cosines of v with both texts."""
        scale = self.parts["score"]["scale"]
        return softmax(scale * np.array([cosine(v, denied), cosine(v, stated)]))[1]


def _slabs(shape, vision):
    """For each slab of the partition, the numbers of its patches; [] without a partition."""
    if vision["partition"] is None:
        return []
    grid = [size // edge for size, edge in zip(shape, vision["patch"])]
    numbers = np.arange(math.prod(grid)).reshape(grid)
    axis = "xyz".index(vision["partition"]["axis"])
    return [np.take(numbers, index, axis).reshape(-1) for index in range(grid[axis])]
