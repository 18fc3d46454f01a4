"""Writes the seeds of Tests/FuzzCorpus: small inputs, right and wrong, from which the fuzzer starts.

Run it anywhere: `python3 Tests/Fuzz/make_corpus.py`. It needs nothing but Python, writes the same bytes each
time, and leaves alone what a fuzzer has added. No byte comes from a patient.
"""

from pathlib import Path

import seeds

CORPUS = Path(__file__).resolve().parents[1] / "FuzzCorpus"


def main():
    for target, make in seeds.TARGETS.items():
        folder = CORPUS / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in make().items():
            (folder / f"seed-{name}").write_bytes(data)


if __name__ == "__main__":
    main()
