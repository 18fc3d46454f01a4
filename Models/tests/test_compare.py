"""Our program and its peers in turn, with programs that only print."""

import io
import json
import sys
import tempfile
import unittest
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import compare


def printing(answer):
    """A command that prints `answer` as JSON after a line of something else."""
    code = f"print('noise'); print({json.dumps(json.dumps(answer))})"
    return f"{sys.executable} -c {compare.shlex.quote(code)}"


class CompareTests(unittest.TestCase):
    ours = printing({"stages": [{"median_seconds": 2.0}], "peak_memory_mib": 100})

    def run_with(self, *arguments):
        output = io.StringIO()
        with mock.patch.object(sys, "argv", ["compare.py", *arguments]), redirect_stdout(output):
            with redirect_stderr(io.StringIO()):
                compare.main()
        return output.getvalue()

    def test_each_peer_has_a_line_with_its_ratio(self):
        slow = printing({"seconds": [9.0, 4.0, 5.0, 4.5], "peak_memory_mb": 1000})
        quick = printing({"seconds": [1.0], "peak_memory_mb": 50})
        text = self.run_with(
            "--ours", self.ours, "--peer", f"slow={slow}", "--peer", f"quick={quick}", "--rounds", "2"
        )
        self.assertIn("| slow | 4.50 | 2.00 | 0.444 | 1000 MB | 105 MB |", text)
        self.assertIn("| quick | 1.00 | 2.00 | 2.000 | 50 MB | 105 MB |", text)

    def test_the_processor_and_the_highest_rates_are_named(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("processor : 0\nmodel name : Some Xeon\nflags : sse avx2 amx_tile fma amx_bf16\n\nprocessor : 1\n")
            file.flush()
            self.assertEqual(compare.processor(file.name), "Some Xeon (avx2 amx_tile amx_bf16)")
        self.assertEqual(compare.processor("/nonexistent"), "unknown processor")
        answers = [{"kernels": "amx", "peak_gflops": peak} for peak in (1700.2, 2100.0)] + [{"seconds": [1]}]
        self.assertEqual(compare.peaks(answers), "kernels amx, 1700 to 2100 GFLOP/s at most")

    def test_a_program_that_fails_or_prints_something_else_ends_the_comparison(self):
        for command in (f"{sys.executable} -c 'raise SystemExit(3)'", printing([1, 2])):
            with self.assertRaises(SystemExit) as caught:
                self.run_with("--ours", self.ours, "--peer", f"peer={command}")
            self.assertIn("compare.py", str(caught.exception))

    def test_a_peer_without_a_command_is_refused(self):
        for peer in ("torch", "=x", "torch="):
            with self.assertRaises(SystemExit) as caught:
                self.run_with("--ours", self.ours, "--peer", peer)
            self.assertEqual(caught.exception.code, 2)


if __name__ == "__main__":
    unittest.main()
