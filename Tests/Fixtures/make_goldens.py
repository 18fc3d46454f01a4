"""Makes this folder's data again: the tiny model and the numbers that the Swift code must
reproduce.

  python3 Tests/Fixtures/make_goldens.py PATH/TO/brgsa_reference.py

Needs what the reference needs (numpy torch timm transformers, on PyPI); brgsa and its tests need
none of it. Writes beside itself:
  tiny-model/                   the reference's tiny model, seed 7, random weights, converted by
                                Models/convert.py with F16 weights
  tokenization-vocabulary.txt   the vocabulary of radiology_vocabulary.py
  tokenization-goldens.json     hard_lines.py through the reference's clean() and Hugging Face's
                                BertTokenizer, with both vocabularies
  vision-goldens.safetensors    one model input of the tiny model and what the vision encoder makes
                                of it
  text-goldens.json             prompts: tokens, embeddings, and the five cosines with the volume
                                above
  kernel-goldens.safetensors    small cases of single functions, NAME.CASE.input… and
                                NAME.CASE.output
Embeddings and functions are computed by torch in float64 from the numbers as stored, then rounded
to F32.
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from transformers import BertTokenizer

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent.parent / "Models"
sys.path[:0] = [str(HERE), str(MODELS)]
sys.dont_write_bytecode = True

import hard_lines  # noqa: E402
import radiology_vocabulary  # noqa: E402
import safetensors_io  # noqa: E402

PROMPTS = [
    "There is pleural effusion",
    "There is no pleural effusion",
    "There is Lung nodule",
    "There is no Cardiomegaly",
    "There is pneumothorax",
    "Pneumonia",
    "",
    "There is 3.5 mm nodule in heart. No consolidation",
    "Lung. Pleural effusion is 10 mm. 1. There is no lung nodule 2. Heart is_normal",
    "There is café\u0301 lung 肺 nodule 👍 ",
    "There is " + "consolidation and pneumothorax " * 20,
    "lung " + "a" * 101 + " nodule",
]


def imported(path):
    spec = importlib.util.spec_from_file_location("brgsa_reference", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_json(name, value):
    """Escaped to ASCII (the file has no invisible character), one list entry a line."""
    header, entries = value
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries)
    (HERE / name).write_text(json.dumps(header)[:-1] + ', "cases": [\n' + lines + "\n]}\n")


def write_tensors(name, arrays, metadata):
    """float64 becomes F32; float16 and int32 stay."""
    formats = {"float64": "F32", "float32": "F32", "float16": "F16", "int32": "I32"}
    layout = {key: (formats[array.dtype.name], array.shape) for key, array in arrays.items()}
    safetensors_io.write(HERE / name, layout, arrays.__getitem__, metadata)


def make_tiny_model(reference, folder):
    """Writes tiny-model/ and returns the reference's model in float64 with the same F16 weights,
    its tokenizer and sizes.
    """
    reference.write_checkpoint("tiny", 7, folder, None)
    subprocess.run(
        [
            sys.executable,
            "-B",
            MODELS / "convert.py",
            f"{folder}/best.ckpt",
            "--vocab",
            f"{folder}/vocab.txt",
            "--config",
            f"{folder}/config.json",
            "--out",
            HERE / "tiny-model",
            "--force",
            "--random-weights",
            "--name",
            "brgsa-tiny-random",
            "--dtype",
            "f16",
        ],
        check=True,
    )
    model, tokenizer, sizes = reference.load(folder)
    return model.half().double(), tokenizer, sizes


def make_tokenization(reference, tiny_tokenizer):
    path = HERE / "tokenization-vocabulary.txt"
    path.write_text("\n".join(radiology_vocabulary.tokens()) + "\n")
    tokenizers = {"tiny": tiny_tokenizer, "radiology": BertTokenizer(str(path), do_lower_case=True)}
    cases = []
    for line in hard_lines.lines():
        case = {"text": line, "clean": reference.clean(line)}
        for name, tokenizer in tokenizers.items():
            ids, mask = reference.tokenize(tokenizer, [line], 97)
            case[name] = ids[0, : int(mask.sum())].tolist()
        cases.append(case)
    write_json("tokenization-goldens.json", ({"max_tokens": 97}, cases))


def model_input(shape):
    """[X, Y, Z] float16 in the range of real inputs: no axis, direction or place looks like
    another.
    """
    x, y, z = np.meshgrid(*(np.linspace(0, 1, n) for n in shape), indexing="ij")
    body = np.sin(5 * x + 1) * np.cos(3 * y * y) + 0.6 * np.sin(9 * z * x + 2 * y)
    noise = np.random.RandomState(7).uniform(-1, 1, shape)
    return ((np.clip(0.5 * body + 0.5 * noise, -1, 1) - 0.4978) / 0.2449).astype(np.float16)


def make_vision(model, sizes):
    """Returns v [1, C]."""
    volume = model_input(sizes["volume"])
    embedded = {}
    first = model.img_encoder.model.blocks[0]
    handle = first.register_forward_pre_hook(
        lambda _, inputs: embedded.update(tokens=inputs[0][0].numpy())
    )
    v, patches = model.embed_volume(torch.from_numpy(volume.astype(np.float64))[None, None])
    handle.remove()
    write_tensors(
        "vision-goldens.safetensors",
        {
            "volume": volume,
            "tokens_before_first_block": embedded["tokens"],
            "volume_embedding": v[0].numpy(),
            "volume_bridged": model.bridge(v)[0].numpy(),
            "patch_embeddings": patches[0].numpy(),
        },
        {"model": "tiny-model", "order": "x slowest, z fastest"},
    )
    return v


def make_text(model, tokenizer, sizes, v, reference):
    ids, mask = reference.tokenize(tokenizer, PROMPTS, sizes["tokens"])
    t = model.embed_text(ids, mask)
    bridged, scores = model.bridge(t), model.scores(v, t)
    names = {
        "score": "score",
        "direct": "v_t",
        "bridged": "vb_t",
        "direct_to_bridged_text": "v_tb",
        "bridged_to_bridged_text": "vb_tb",
    }
    cases = [
        {
            "text": text,
            "tokens": ids[i, : int(mask[i].sum())].tolist(),
            "embedding": t[i].numpy().astype(np.float32).tolist(),
            "embedding_bridged": bridged[i].numpy().astype(np.float32).tolist(),
            "scores": {ours: float(scores[theirs][0, i]) for ours, theirs in names.items()},
        }
        for i, text in enumerate(PROMPTS)
    ]
    write_json(
        "text-goldens.json",
        ({"model": "tiny-model", "volume": "vision-goldens.safetensors"}, cases),
    )


def make_kernels():
    """Inputs are exact in F32, so that both sides compute from the same numbers."""
    generator = torch.Generator().manual_seed(11)
    arrays = {}

    def some(*shape, scale=1.0, shift=0.0):
        return (torch.randn(shape, generator=generator) * scale + shift).float().double()

    def keep(case, output, **inputs):
        arrays[case + ".output"] = output.numpy()
        arrays.update({f"{case}.{name}": tensor.numpy() for name, tensor in inputs.items()})

    ladder = torch.tensor(
        [
            0.0,
            1e-30,
            1e-8,
            1e-4,
            0.01,
            0.5,
            0.84375,
            1.0,
            1.25,
            2.0,
            2.857,
            3.0,
            4.0,
            5.5,
            6.0,
            8.0,
            20.0,
            1e4,
        ]
    )
    x = torch.cat([ladder, -ladder, torch.linspace(-6, 6, 101)]).float().double()
    keep("gelu.ladder", F.gelu(x), input=x)
    for case, shape, epsilon, scale, shift in (
        ("odd", (5, 7), 1e-6, 1, 0),
        ("one", (3, 1), 1e-5, 1, 0),
        ("far_from_zero", (4, 33), 1e-5, 1, 1000),
        ("nearly_constant", (4, 96), 1e-6, 1e-3, 0),
        ("bert", (2, 96), 1e-12, 3, 1),
    ):
        x, weight, bias = some(*shape, scale=scale, shift=shift), some(shape[1]), some(shape[1])
        keep(
            f"layernorm.{case}",
            F.layer_norm(x, shape[1:], weight, bias, epsilon),
            input=x,
            weight=weight,
            bias=bias,
            epsilon=torch.tensor([epsilon], dtype=torch.float64),
        )
    for case, shape, scale in (
        ("odd", (3, 11), 1),
        ("one", (4, 1), 1),
        ("wide", (2, 257), 5),
        ("saturated", (5, 9), 80),
    ):
        x = some(*shape, scale=scale)
        keep(f"softmax.{case}", F.softmax(x, -1), input=x)
    for case, tokens, channels, heads in (
        ("odd", 7, 15, 3),
        ("one_token", 1, 12, 3),
        ("one_head", 5, 4, 1),
        ("long", 70, 64, 2),
        ("width_32", 33, 96, 3),
    ):
        q, k, v = (some(tokens, channels, scale=1.5) for _ in range(3))
        split = (a.reshape(tokens, heads, -1).transpose(0, 1)[None] for a in (q, k, v))
        out = F.scaled_dot_product_attention(*split)[0].transpose(0, 1).reshape(tokens, channels)
        heads_tensor = torch.tensor([heads], dtype=torch.int32)
        keep(f"attention.{case}", out, query=q, key=k, value=v, heads=heads_tensor)
    for case, grid, size in (
        ("grow_and_shrink", (3, 3, 3), (4, 2, 5)),
        ("same", (3, 3, 3), (3, 3, 3)),
        ("to_four", (3, 3, 3), (4, 4, 4)),
        ("to_one", (3, 4, 2), (1, 1, 1)),
        ("from_one", (1, 1, 2), (3, 2, 7)),
        ("published", (14, 14, 14), (16, 16, 16)),
    ):
        x = some(*grid, 1 if case == "published" else 3)
        out = F.interpolate(
            x.permute(3, 0, 1, 2)[None], size=size, mode="trilinear", align_corners=False
        )[0].permute(1, 2, 3, 0)
        keep(f"resize.{case}", out.contiguous(), input=x)
    for case, rows, channels, scale in (
        ("odd", 5, 7, 1),
        ("one_row", 1, 4, 1),
        ("saturated", 9, 16, 30),
        ("zero", 6, 8, 0),
    ):
        bank, x = some(rows, channels), some(channels, scale=scale)
        keep(f"bridge.{case}", F.softmax(x @ bank.T, -1) @ bank, input=x, bank=bank)
    write_tensors(
        "kernel-goldens.safetensors",
        arrays,
        {
            "order": "row-major; resize [x, y, z, channels]; attention [tokens, channels]",
            "resize": "trilinear, align_corners false",
        },
    )


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    torch.set_grad_enabled(False)
    reference = imported(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        model, tokenizer, sizes = make_tiny_model(reference, folder)
        make_tokenization(reference, tokenizer)
        v = make_vision(model, sizes)
        make_text(model, tokenizer, sizes, v, reference)
    make_kernels()


if __name__ == "__main__":
    main()
