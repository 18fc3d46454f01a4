"""Compares brgsa with HLIP's own code on CTs: a tiny random model on the published grid, or one of the published size.

  python3 Tests/Fixtures/compare_hlip.py PATH/TO/hlip --brgsa .build/release/brgsa FILE.nii.gz …

Needs what make_hlip.py needs. The authors' scripts make the model input of each file, after SimpleITK has turned it to
L, P, S; their model embeds it, and brgsa diagnoses the same file. Prints for each file the cosine of both embeddings
and the largest difference of a score, and ends with status 1 if a bar is missed: 1 − 1e-6, 1e-5.
--size published takes minutes and 4 GB.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from argparse import Namespace
from pathlib import Path

import make_hlip
import numpy as np
import radiology_vocabulary
import SimpleITK
import torch
from families import hlip_prompts
from transformers import BertTokenizer

COSINE, SCORE = 1 - 1e-6, 1e-5
TINY = {
    "width": 48, "depth": 6, "heads": 4, "joined": (2, 5), "shared": 20,
    "text": {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 64},
}  # fmt: skip
PUBLISHED = {
    "width": 768, "depth": 12, "heads": 12, "joined": (2, 5, 8, 11), "shared": 512,
    "text": {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072},
}  # fmt: skip


def model_input(hlip, path, folder):
    """The authors' model input [1, 1, 1, D, H, W] of a file."""
    process = make_hlip.module_at(hlip / "data/ct_rate/process.py", "hlip_process")
    demo = make_hlip.module_at(hlip / "src/hlip_test/inference_rad_chestct.py", "hlip_demo")
    demo.args = Namespace(input_info=["-1150", "350", "crop"])
    image = SimpleITK.DICOMOrient(SimpleITK.ReadImage(str(path), SimpleITK.sitkFloat32), "LPS")
    scan = folder / "train" / "a_1" / "a_1_a" / "a_1_a_1.nii.gz"
    scan.parent.mkdir(parents=True, exist_ok=True)
    SimpleITK.WriteImage(image, str(scan))
    x, y, z = image.GetSpacing()
    row = {
        "VolumeName": scan.name, "RescaleSlope": 1, "RescaleIntercept": 0,
        "XYSpacing": str([x, y]), "ZSpacing": z,
    }  # fmt: skip
    arguments = Namespace(root_dir=str(folder), data="train", spacing=[3, 1, 1])
    resampled, _ = process.load_nifti_file(row, arguments)
    torch.save(torch.from_numpy(resampled), folder / "a.pt")
    made = demo.loader(folder / "a.pt")
    return made.reshape(1, 1, 1, *made.shape[-3:])


def cosine(a, b):
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def compare(model, tokenizer, limit, hlip, program, path, folder):
    """(cosine, largest difference of a score) of one file, or the reason why brgsa refuses it."""
    made = subprocess.run(
        [program, "diagnose", path, "--prompt-set", "hlip-ct-rate-16", "--json",
         "--include-embedding", "--model", folder / "model"],
        capture_output=True, text=True,
    )  # fmt: skip
    if made.returncode:
        return None, made.stderr.strip().splitlines()[-1][:120]
    body = json.loads(made.stdout)
    embedding = model.visual(model_input(hlip, path, folder))[0]
    found = np.array(body["embedding"], np.float64)
    scores = []
    for finding in body["findings"]:
        label = finding["label"]
        prompts = hlip_prompts.sets()[0]["prompts"]
        wording = next(entry for entry in prompts if entry["label"] == label)
        texts = [wording["negative"], wording["text"]]
        _, embeddings = make_hlip.embed_texts(model, tokenizer, texts, limit)
        unit = torch.nn.functional.normalize(embeddings, dim=-1)
        logits = model.logit_scale.exp() * (unit @ torch.nn.functional.normalize(embedding, dim=-1))
        scores.append(abs(float(logits.softmax(0)[1]) - finding["score"]))
    return cosine(found, embedding.numpy().astype(np.float64)), max(scores)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("hlip", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--brgsa", required=True)
    parser.add_argument("--size", choices=("tiny", "published"), default="tiny")
    options = parser.parse_args()
    sys.path[:0] = [str(options.hlip / "src")]
    torch.set_grad_enabled(False)
    missed = False
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        words = radiology_vocabulary.tokens()
        (folder / "vocab.txt").write_text("\n".join(words) + "\n")
        tokenizer = BertTokenizer(str(folder / "vocab.txt"), do_lower_case=True)
        parts = TINY if options.size == "tiny" else PUBLISHED
        limit = 40 if options.size == "tiny" else 512
        sizes = parts | {
            "image": (112, 336, 336), "patch": (8, 24, 24),
            "text": parts["text"] | {
                "vocab_size": len(words), "max_position_embeddings": limit,
                "pad_token_id": tokenizer.pad_token_id,
            },
        }  # fmt: skip
        model = make_hlip.build(folder, sizes)
        make_hlip.randomize(model, 12)
        make_hlip.save_checkpoint(model, folder)
        heads = ["--heads", str(parts["heads"]), "--text-heads"]
        heads.append(str(parts["text"]["num_attention_heads"]))
        make_hlip.convert(folder, folder / "model", *heads)
        for path in options.files:
            result = compare(model, tokenizer, limit, options.hlip, options.brgsa, path, folder)
            if result[0] is None:
                print(f"{path.name}: refused: {result[1]}")
                continue
            holds = result[0] >= COSINE and result[1] <= SCORE
            missed |= not holds
            print(
                f"{path.name}: cosine 1 - {1 - result[0]:.1e}, scores {result[1]:.1e}", flush=True
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
