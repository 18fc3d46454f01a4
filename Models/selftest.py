"""selftest.safetensors: one input of each kind and what the model must make of it, for a check at
every start.
"""

import numpy as np

import safetensors_io
from brgsa_numpy import Model

PROMPT = "There is pleural effusion"
FORMAT = "brgsa-selftest/1"
SEED = 0x62726773  # "brgs"
ORDER = (
    "volume",
    "volume_embedding",
    "volume_bridged",
    "prompt_tokens",
    "prompt_embedding",
    "prompt_bridged",
)


def noise(shape, seed=SEED):
    """[X, Y, Z] float32, evenly spread over what clipped HU become: (±1 − 0.4978) / 0.2449.

    SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) on the voxel's number, so that no library's
    generator can change it.
    """
    count = int(np.prod(shape))
    state = np.uint64(seed) + (np.arange(count, dtype=np.uint64) + np.uint64(1)) * np.uint64(
        0x9E3779B97F4A7C15
    )
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    unit = ((state ^ (state >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) / 2.0**53
    return ((2 * unit - 1 - 0.4978) / 0.2449).astype(np.float32).reshape(shape)


def write(directory, path):
    """Computes the self-test of the model in `directory` from its weights as stored, and writes it
    to `path`.
    """
    model = Model(directory)
    # Two patches an axis: small, and the position embedding still has to be resized.
    volume = noise([2 * edge for edge in model.parts["vision"]["patch"]])
    tokens = model.tokens(PROMPT)
    volume_embedding, _ = model.encode_volume(volume)
    prompt_embedding = model.encode_tokens(tokens)
    values = {
        "volume": volume,
        "volume_embedding": volume_embedding,
        "prompt_tokens": np.array(tokens, dtype=np.int32),
        "prompt_embedding": prompt_embedding,
    }
    if model.parts["bank"]:
        values["volume_bridged"] = model.bridge(volume_embedding)
        values["prompt_bridged"] = model.bridge(prompt_embedding)
    layout = {
        name: ("I32" if name == "prompt_tokens" else "F32", values[name].shape)
        for name in ORDER
        if name in values
    }
    safetensors_io.write(path, layout, values.__getitem__, {"format": FORMAT, "prompt": PROMPT})
