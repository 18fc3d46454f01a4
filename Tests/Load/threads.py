"""What more threads than processors cost: `brgsa bench vision` with as many threads as processors, and with many more.

    python3 Models/random_model.py --out big
    python3 Tests/Load/threads.py --model big

Each round measures both, one after the other. The ratios of the rounds are compared with the bar.
"""

import json
import os
import statistics
import subprocess
import sys

from service import conclude, parser

BAR = 1.05


def round_of(options, few):
    """Seconds with `few` and with `options.many` threads."""
    command = [options.brgsa, "bench", "vision", "--json", "--model", options.model]
    command += ["--runs", str(options.runs), "--threads", f"{few},{options.many}"]
    lines = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    return [json.loads(line)["stages"][0]["median_seconds"] for line in lines]


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--many", type=int, default=16, metavar="THREADS")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--runs", type=int, default=2)
    options = arguments.parse_args()
    few = len(os.sched_getaffinity(0))
    if options.many <= few:
        raise SystemExit(f"--many {options.many} is not more than the {few} processors")
    rounds = [round_of(options, few) for _ in range(options.rounds)]
    ratios = sorted(many / few for few, many in rounds)
    figures = {
        "threads": f"{few} and {options.many}",
        "few_s": round(statistics.median(row[0] for row in rounds), 2),
        "many_s": round(statistics.median(row[1] for row in rounds), 2),
        "many_to_few": round(statistics.median(ratios), 3),
        "many_to_few_range": f"{ratios[0]:.3f} to {ratios[-1]:.3f}",
    }
    return conclude(figures, {"many_to_few": ("<=", BAR)})


if __name__ == "__main__":
    sys.exit(main())
