#!/usr/bin/env python3
"""Times `brgsa bench vision` and other programs in turn: ours, peer, ours, peer, ….

    python3 Models/compare.py --ours COMMAND --peer NAME=COMMAND [--peer NAME=COMMAND …] [--rounds 5]

A machine that is shared with others changes its speed from minute to minute, so each run of a peer is compared with
our run just before it; medians of these ratios count. Each command prints, as its last line, one JSON object with a
list "seconds" (its runs, of which the first is left out if there are more) or what `brgsa bench --json` prints, and
"peak_memory_mb". The table is Markdown. The line above it names the processor, its instructions for matrix
products, and the highest rate that our runs measured. Tile units are shared with neighbours and may be slower.

Compare with peers as they are installed (`openvino-installed`) and with peers that are forced to the same exactness.
"""

import argparse
import json
import shlex
import statistics
import subprocess
import sys


INSTRUCTIONS = ("avx2", "avx512f", "avx512_bf16", "amx_tile", "amx_bf16", "amx_fp16", "asimd", "bf16")


def processor(info="/proc/cpuinfo"):
    """The name of the processor and those of its instructions that matter here."""
    try:
        with open(info, encoding="utf-8") as file:
            lines = [line.partition(":") for line in file]
    except OSError:
        return "unknown processor"
    facts = {name.strip(): value.strip() for name, _, value in lines}
    flags = facts.get("flags", facts.get("Features", "")).split()
    known = [name for name in INSTRUCTIONS if name in flags]
    return f"{facts.get('model name', 'unknown processor')} ({' '.join(known) or 'no vector instructions known'})"


def peaks(answers):
    """What the runs of `brgsa bench` say of their kernels and of the highest rate that they measured."""
    rates = {}
    for answer in answers:
        if "peak_gflops" in answer:
            rates.setdefault(answer["kernels"], []).append(answer["peak_gflops"])
    return "; ".join(
        f"kernels {name}, {min(peak):.0f} to {max(peak):.0f} GFLOP/s at most" for name, peak in rates.items()
    )


def seconds_and_memory(answer):
    """Median seconds of a run and peak memory in MB, from either format."""
    if "stages" in answer:
        return answer["stages"][0]["median_seconds"], answer["peak_memory_mib"] * 1.048576
    runs = answer["seconds"]
    return statistics.median(runs[1:] or runs), answer.get("peak_memory_mb", float("nan"))


def measure(command):
    """Runs one command to its end: its answer, and the seconds and memory in it."""
    done = subprocess.run(shlex.split(command), stdout=subprocess.PIPE, text=True)
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        raise SystemExit(f"compare.py: exit status {done.returncode} of: {command}")
    try:
        answer = json.loads(lines[-1])
        return answer, seconds_and_memory(answer)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise SystemExit(f"compare.py: the last line of {command} is not what it should be: {error!r}")


def named_command(text):
    name, separator, command = text.partition("=")
    if not separator or not name or not command.strip():
        raise argparse.ArgumentTypeError("is not NAME=COMMAND")
    return name, command


def table(pairs):
    """Markdown from {name: [(our seconds, our memory, peer's seconds, peer's memory), …]}."""
    lines = ["| peer | seconds | ours | ours / peer | memory | ours |", "|---|---|---|---|---|---|"]
    for name, rounds in pairs.items():
        ours, our_memory, theirs, their_memory = (
            statistics.median(column) for column in zip(*rounds)
        )
        ratio = statistics.median(pair[0] / pair[2] for pair in rounds)
        lines.append(
            f"| {name} | {theirs:.2f} | {ours:.2f} | {ratio:.3f} | {their_memory:.0f} MB | {our_memory:.0f} MB |"
        )
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ours", required=True, metavar="COMMAND")
    parser.add_argument(
        "--peer", required=True, action="append", type=named_command, metavar="NAME=COMMAND"
    )
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds is at least 1")
    pairs = {name: [] for name, _ in arguments.peer}
    answers = []
    for round in range(arguments.rounds):
        for name, command in arguments.peer:
            answer, ours = measure(arguments.ours)
            _, theirs = measure(command)
            answers.append(answer)
            pairs[name].append(ours + theirs)
            print(
                f"round {round + 1}: ours {ours[0]:.2f} s, {name} {theirs[0]:.2f} s",
                file=sys.stderr,
            )
    print(f"{processor()}; ours: {peaks(answers) or 'peak unknown'}\n")
    print(table(pairs))


if __name__ == "__main__":
    main()
