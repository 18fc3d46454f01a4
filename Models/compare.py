#!/usr/bin/env python3
"""Times `brgsa bench vision` and other programs in turn: ours, peer, ours, peer, ….

    python3 Models/compare.py --ours COMMAND --peer NAME=COMMAND [--peer NAME=COMMAND …] [--rounds 5]

A machine that is shared with others changes its speed from minute to minute, so each run of a peer is compared with
our run just before it; medians of these ratios count. Each command prints, as its last line, one JSON object with a
list "seconds" (its runs, of which the first is left out if there are more) or what `brgsa bench --json` prints, and
"peak_memory_mb". The table is Markdown.
"""

import argparse
import json
import shlex
import statistics
import subprocess
import sys


def seconds_and_memory(answer):
    """Median seconds of a run and peak memory in MB, from either format."""
    if "stages" in answer:
        return answer["stages"][0]["median_seconds"], answer["peak_memory_mib"] * 1.048576
    runs = answer["seconds"]
    return statistics.median(runs[1:] or runs), answer.get("peak_memory_mb", float("nan"))


def measure(command):
    """Runs one command to its end."""
    done = subprocess.run(shlex.split(command), stdout=subprocess.PIPE, text=True)
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        raise SystemExit(f"compare.py: exit status {done.returncode} of: {command}")
    try:
        return seconds_and_memory(json.loads(lines[-1]))
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
    for round in range(arguments.rounds):
        for name, command in arguments.peer:
            ours = measure(arguments.ours)
            theirs = measure(command)
            pairs[name].append(ours + theirs)
            print(
                f"round {round + 1}: ours {ours[0]:.2f} s, {name} {theirs[0]:.2f} s",
                file=sys.stderr,
            )
    print(table(pairs))


if __name__ == "__main__":
    main()
