"""Makes this folder's data of the family HLIP again: a tiny model and the numbers that the Swift code must reproduce.

  python3 Tests/Fixtures/make_hlip.py PATH/TO/hlip [--keep DIR]

PATH/TO/hlip is a checkout of github.com/Zch0414/hlip at fe8d764; its own code computes everything here. Needs torch,
open_clip_torch, timm, transformers, SimpleITK and pandas (on PyPI); brgsa and its tests need none of it. --keep also
leaves the checkpoint and its vocabulary in DIR. Writes beside itself:
  tiny-hlip/                a tiny model with random weights, seed 11, converted by Models/convert.py with F16 weights
  hlip-goldens.safetensors  two model inputs and what the vision encoder makes of them; small volumes in HU and what
                            the recipe makes of them, at some positions
  hlip-goldens.json         prompts: tokens, embeddings, and the scores of pairs for the first input
  plain-text-goldens.json   hard_lines.py through Hugging Face's BertTokenizer, without any cleaning; lines that name a
                            special token are left out, because brgsa takes them for text
Embeddings are computed in float64 from the numbers as stored, then rounded to F32.
"""

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import SimpleITK
import torch
from transformers import BertConfig, BertTokenizer

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent.parent / "Models"
sys.path[:0] = [str(HERE), str(MODELS)]
sys.dont_write_bytecode = True

import hard_lines  # noqa: E402
import radiology_vocabulary  # noqa: E402
import safetensors_io  # noqa: E402
from families import hlip_prompts  # noqa: E402

# Depth, height, width; no two axes are alike, and the grid of 5 x 3 x 4 patches has no two equal edges.
IMAGE, PATCH = (10, 12, 16), (2, 4, 4)
WIDTH, DEPTH, HEADS, SHARED = 48, 6, 4, 20
TEXT = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4}
TOKENS = 40
JOINED = (2, 5)
TEXTS = [
    "The volume shows: Emphysema.",
    "The volume shows: Not emphysema.",
    "The lung shows: Not atelectatic.",
    "pneumothorax",
    "Café-au-lait nodule (3.5 mm), 肺 lung!",
    "",
    "consolidation and pneumothorax " * 20,
]
# Voxels, spacing in millimetres (x, y, z): padded on all axes, cropped on all, odd excess and odd padding.
RECIPES = {
    "padded": ((31, 26, 9), (3.1, 4.3, 7.7)),
    "cropped": ((30, 29, 23), (14.35, 12.9, 19.7)),
    "mixed": ((18, 33, 25), (19.97, 3.0, 14.3)),
    "exact": ((42, 42, 21), (8.0, 8.0, 16.0)),
    "float_spacing": ((47, 49, 23), (1.1421875, 1.08359375, 2.4999998)),
}
POSITIONS = 2000


def module_at(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build(folder, sizes):
    """The referee's model with the given sizes, in evaluation mode."""
    import open_clip
    from hlip import visual_encoder
    from open_clip.factory import _MODEL_CONFIGS
    from timm.models import register_model

    slabs = tuple(n for n in range(sizes["depth"]) if n not in sizes["joined"])

    @register_model
    def vit_of_the_fixture(pretrained=False, **extra):
        arguments = {
            "max_num_scans": 1, "slice_attn_indexes": slabs, "study_attn_indexes": sizes["joined"],
            "img_size": sizes["image"], "patch_size": sizes["patch"], "in_chans": 1,
            "depth": sizes["depth"], "embed_dim": sizes["width"], "num_heads": sizes["heads"],
            "num_classes": 0, "no_embed_class": True, "pos_embed": "none",
            "embed_layer": visual_encoder.PatchEmbed3D,
        }  # fmt: skip
        return visual_encoder.custom_create_vision_transformer(
            "vit_base_patch16_224.mae", pretrained=False, **dict(arguments, **extra)
        )

    BertConfig(**sizes["text"]).save_pretrained(folder)
    _MODEL_CONFIGS["fixture"] = {
        "embed_dim": sizes["shared"],
        "vision_cfg": {
            "timm_model_name": "vit_of_the_fixture", "timm_model_pretrained": False,
            "timm_pool": "token", "timm_proj": "linear",
        },
        "text_cfg": {
            "hf_model_name": str(folder), "hf_tokenizer_name": str(folder),
            "hf_pooler_type": "cls_last_hidden_state_pooler", "hf_proj_type": "linear",
            "context_length": sizes["text"]["max_position_embeddings"],
        },
    }  # fmt: skip
    return open_clip.create_model("fixture", output_dict=True, pretrained_text=False).eval()


def randomize(model, seed):
    """Weights that leave no part of the model without effect, each exact in F16."""
    generator = torch.Generator().manual_seed(seed)
    for name, values in model.state_dict().items():
        if name == "logit_scale" or name.endswith("posemb") or not values.is_floating_point():
            continue
        noise = torch.randn(values.shape, generator=generator)
        if "norm" in name.lower() and name.endswith("weight"):
            noise = 1 + 0.2 * noise
        elif values.ndim > 1 and "embeddings" not in name and "token" not in name:
            noise = noise / values[0].numel() ** 0.5
        elif name.endswith("bias"):
            noise = 0.1 * noise
        values.copy_(noise)
    for values in model.state_dict().values():
        if values.is_floating_point() and values.ndim:
            values.copy_(values.half())


def convert(folder, out, *flags):
    subprocess.run(
        [
            sys.executable, "-B", MODELS / "convert.py", folder / "hlip.pt", "--family", "hlip",
            "--vocab", folder / "vocab.txt", "--out", out, "--force", "--random-weights", *flags,
        ],
        check=True,
    )  # fmt: skip


def save_checkpoint(model, folder):
    state = {"module." + name: values for name, values in model.state_dict().items()}
    torch.save({"epoch": 20, "name": "fixture", "state_dict": state}, folder / "hlip.pt")


def model_input(shape):
    """[D, H, W] float32, exact in F16, in the range of real inputs; no axis, direction or place looks like another."""
    z, y, x = np.meshgrid(*(np.linspace(0, 1, n) for n in shape), indexing="ij")
    body = np.sin(5 * x + 1) * np.cos(3 * y * y) + 0.6 * np.sin(9 * z * x + 2 * y)
    noise = np.random.RandomState(7).uniform(-1, 1, shape)
    unit = np.clip(0.25 * body + 0.25 * noise + 0.5, 0, 1)
    return ((unit - 0.449) / 0.226).astype(np.float16).astype(np.float32)


def tokens_of(tokenizer, text, limit):
    return tokenizer(text, truncation=True, max_length=limit)["input_ids"]


def embed_texts(model, tokenizer, texts, limit):
    """Token numbers and embeddings [C] before normalisation, with padding, as the authors encode them."""
    ids = [tokens_of(tokenizer, text, limit) for text in texts]
    table = torch.full((len(ids), limit), tokenizer.pad_token_id)
    for row, numbers in enumerate(ids):
        table[row, : len(numbers)] = torch.tensor(numbers)
    return ids, model.text(table)


def recipe(hlip, name):
    """A small volume in HU, and the model input that the authors' two scripts make of it."""
    from argparse import Namespace

    process = module_at(hlip / "data/ct_rate/process.py", "hlip_process")
    demo = module_at(hlip / "src/hlip_test/inference_rad_chestct.py", "hlip_demo")
    demo.args = Namespace(input_info=["-1150", "350", "crop"])
    shape, spacing = RECIPES[name]
    spacing = [float(np.float32(mm)) for mm in spacing]
    random = np.random.RandomState(len(name))
    hounsfield = random.uniform(-1200, 900, shape[::-1]).round().astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        scan = Path(folder) / "train" / "a_1" / "a_1_a" / "a_1_a_1.nii.gz"
        scan.parent.mkdir(parents=True)
        SimpleITK.WriteImage(SimpleITK.GetImageFromArray(hounsfield), str(scan))
        row = {
            "VolumeName": scan.name, "RescaleSlope": 1, "RescaleIntercept": 0,
            "XYSpacing": str(list(spacing[:2])), "ZSpacing": spacing[2],
        }  # fmt: skip
        resampled, _ = process.load_nifti_file(
            row, Namespace(root_dir=folder, data="train", spacing=[3, 1, 1])
        )
        torch.save(torch.from_numpy(resampled), Path(folder) / "a.pt")
        model_input = demo.loader(Path(folder) / "a.pt")
    return hounsfield, spacing, model_input.reshape(model_input.shape[-3:]).numpy()


def write_goldens(model, tokenizer, hlip, limit):
    arrays = {}
    for case, shape in (("base", IMAGE), ("resized", (14, 8, 20))):
        volume = model_input(shape)
        tensor = torch.from_numpy(volume.astype(np.float64))[None, None, None]
        features = model.visual.trunk.forward_features(tensor)
        embedding = model.visual(tensor)[0].numpy()
        arrays[f"{case}.volume"] = np.ascontiguousarray(volume.transpose(2, 1, 0))
        arrays[f"{case}.class_token"] = features[0, 0].numpy()
        arrays[f"{case}.embedding"] = embedding
    volume_embedding = torch.from_numpy(arrays["base.embedding"])
    for name in RECIPES:
        hounsfield, spacing, made = recipe(hlip, name)
        random = np.random.RandomState(5)
        inside = np.argwhere(made != made.min())
        picked = [inside[random.randint(len(inside), size=POSITIONS // 2)]] if len(inside) else []
        picked.append(np.stack([random.randint(n, size=POSITIONS // 2) for n in made.shape], 1))
        places = np.concatenate(picked)
        arrays[f"recipe.{name}.hounsfield"] = hounsfield.astype(np.float16)
        arrays[f"recipe.{name}.spacing"] = np.array(spacing, np.float64)
        arrays[f"recipe.{name}.places"] = places[:, ::-1].astype(np.int32).reshape(-1)
        arrays[f"recipe.{name}.input"] = made[tuple(places.T)]
    formats = {"float64": "F32", "float32": "F32", "float16": "F16", "int32": "I32"}
    layout = {name: (formats[array.dtype.name], array.shape) for name, array in arrays.items()}
    safetensors_io.write(
        HERE / "hlip-goldens.safetensors", layout, arrays.__getitem__,
        {"model": "tiny-hlip", "order": "volumes x slowest; hounsfield z slowest; places x, y, z"},
    )  # fmt: skip
    pairs = [
        (entry["negative"], entry["text"])
        for own in hlip_prompts.sets()
        for entry in own["prompts"]
    ]
    texts = TEXTS + [text for pair in pairs for text in pair]
    ids, embeddings = embed_texts(model, tokenizer, texts, limit)
    scale = model.logit_scale.exp()
    unit = torch.nn.functional.normalize(embeddings, dim=-1)
    image = torch.nn.functional.normalize(volume_embedding, dim=-1)
    cases = [
        {"text": text, "tokens": numbers, "embedding": t.float().tolist()}
        for text, numbers, t in zip(texts, ids, embeddings)
    ]
    scores = []
    for number, (denied, stated) in enumerate(pairs):
        place = len(TEXTS) + 2 * number
        logits = scale * (unit[place : place + 2] @ image)
        scores.append({"negative": denied, "text": stated, "score": float(logits.softmax(0)[1])})
    lines = [json.dumps(case, separators=(",", ":")) for case in cases]
    pair_lines = [json.dumps(score, separators=(",", ":")) for score in scores]
    (HERE / "hlip-goldens.json").write_text(
        '{"model": "tiny-hlip", "cases": [\n' + ",\n".join(lines)
        + '\n], "pairs": [\n' + ",\n".join(pair_lines) + "\n]}\n"
    )  # fmt: skip


def write_plain_texts(tokenizer, limit):
    special = ("[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]")
    cases = [
        {"text": line, "tokens": tokens_of(tokenizer, line, limit)}
        for line in hard_lines.lines()
        if not any(token in line for token in special)
    ]
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / "plain-text-goldens.json").write_text(
        f'{{"max_tokens": {limit}, "cases": [\n{lines}\n]}}\n'
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("hlip", type=Path)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    sys.path[:0] = [str(options.hlip / "src")]
    torch.set_grad_enabled(False)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        words = radiology_vocabulary.tokens()
        (folder / "vocab.txt").write_text("\n".join(words) + "\n")
        tokenizer = BertTokenizer(str(folder / "vocab.txt"), do_lower_case=True)
        sizes = {
            "image": IMAGE, "patch": PATCH, "width": WIDTH, "depth": DEPTH, "heads": HEADS,
            "joined": JOINED, "shared": SHARED,
            "text": {
                **TEXT, "vocab_size": len(words), "intermediate_size": 64,
                "max_position_embeddings": TOKENS, "pad_token_id": tokenizer.pad_token_id,
            },
        }  # fmt: skip
        write_plain_texts(tokenizer, TOKENS)
        model = build(folder, sizes)
        randomize(model, 11)
        save_checkpoint(model, folder)
        convert(
            folder, HERE / "tiny-hlip", "--name", "hlip-tiny-random", "--dtype", "f16",
            "--volume", "16,12,10", "--spacing", "20,25,30", "--heads", str(HEADS),
            "--text-heads", str(TEXT["num_attention_heads"]),
        )  # fmt: skip
        write_goldens(model.double(), tokenizer, options.hlip, TOKENS)


if __name__ == "__main__":
    main()
