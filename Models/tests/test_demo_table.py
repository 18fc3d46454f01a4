"""The demo's table: findings beside the truth."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from demo_table import table  # noqa: E402


class Table(unittest.TestCase):
    def test_first_findings_and_all_that_matter_are_shown(self):
        findings = [
            {
                "rank": n,
                "label": f"finding {n}",
                "score": 1 - n / 10,
                "threshold": 0.2,
                "positive": n == 4,
            }
            for n in range(1, 8)
        ]
        findings[0] |= {"threshold": None, "positive": None}
        lines = table(findings, {"finding 1", "finding 6"}, shown=2)
        self.assertEqual([line.split()[0] for line in lines], ["rank", "1", "2", "4", "6"])
        self.assertEqual(lines[1].split(), ["1", "0.900", "-", "-", "present", "finding", "1"])
        self.assertEqual(lines[3].split()[3:5], ["positive", "-"])


if __name__ == "__main__":
    unittest.main()
