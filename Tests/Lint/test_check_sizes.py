"""What check_sizes.py refuses and what it lets pass."""

import unittest
from pathlib import Path

from check_sizes import faults


class SizesTest(unittest.TestCase):
    def test_names_each_file_over_the_limit(self):
        for name in ("Sources/A/B.swift", "Tests/a.py", "Sources/API/Page/index/body.html", "a.css"):
            self.assertEqual(faults({Path(name): 400}), [])
            self.assertEqual(faults({Path(name): 401}), [f"{name}: 401 lines, at most 400; split it by its ideas"])

    def test_names_each_folder_of_sources_with_too_many_swift_files(self):
        def folder(name, count, ending="swift"):
            return {Path(f"{name}/{number}.{ending}"): 1 for number in range(count)}
        self.assertEqual(faults(folder("Sources/A", 15)), [])
        self.assertEqual(faults(folder("Tests/A", 16) | folder("Sources/A", 16, "c")), [])
        self.assertEqual(faults(folder("Sources/A", 16)),
                         ["Sources/A: 16 Swift files, at most 15; name its ideas by folders"])


if __name__ == "__main__":
    unittest.main()
