"""A difference between the Architecture page and Package.swift is found."""

import unittest

from check_targets import faults

PACKAGE = '''
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
  targets: [
    // Level 0: C.
    .systemLibrary(name: "C"),
    .target(name: "A", dependencies: ["C"], swiftSettings: fast),
    .target(
      name: "B",
      dependencies: ["A", grdb], swiftSettings: fast),
  ]
'''
PAGE = '''
## Targets

### Level 0

| target | what it is |
|---|---|
| `C` | c |

### Level 1

| target | what it is | imports |
|---|---|---|
| `A` | a | `C` |
| `B` | b | `A`, GRDB |

## Folders
'''


class Targets(unittest.TestCase):
    def test_equal_pages_have_no_fault(self):
        self.assertEqual(faults(PACKAGE, PAGE), [])

    def test_each_difference_is_named(self):
        for old, new, wanted in [
            ("| `A` | a | `C` |\n", "", "A: is not on the page"),
            ("`A`, GRDB", "`A`", "B: imports GRDB, which the page does not say"),
            ("`A`, GRDB", "`A`, `C`, GRDB", "B: does not import C, as the page says"),
            ("| `B` | b", "| `D` | d | |\n| `B` | b", "D: is on the page and not in Package.swift"),
        ]:
            self.assertIn(wanted, faults(PACKAGE, PAGE.replace(old, new)))

    def test_an_import_that_points_upwards_is_named(self):
        package = PACKAGE.replace('["C"]', '["C", "B"]')
        page = PAGE.replace("| `A` | a | `C` |", "| `A` | a | `C`, `B` |")
        self.assertEqual(faults(package, page), ["A (Level 1): imports B, which is not above it on the page"])


if __name__ == "__main__":
    unittest.main()
