"""What check_words.py refuses and what it lets pass."""

import unittest

from check_words import found


class WordsTest(unittest.TestCase):
    def test_refuses_each_phrase_in_any_case(self):
        for text in ("Jobs are told of", "Findings are had", "it is had", "Passed over", "made anew", "for who looks",
                     "is no probability", "are no sentences", "as many as may wait", "wants a key",
                     "what would mend it", "stands in `warnings`", "one behind the other", "a file in work",
                     "a folder of ours", "nobody else's file", "the way of a request", "a place among the volumes",
                     "two look-ups", "a small letter", "closed when the object goes"):
            self.assertEqual(len(found(text)), 1, text)

    def test_a_phrase_may_continue_on_the_next_line(self):
        for text in ("/// It is no\n  /// file.", "# told\n# of", "  was passed\n  over"):
            self.assertEqual([line for line, _, _ in found(text)], [1], text)

    def test_lets_plain_english_pass(self):
        for text in ("is no longer stored", "are no more", "is no more than one", "renewed", "for whoever", "this noise",
                     "It is not a file.", "understands inches", "in working order", "hours", "on its way", "lookup"):
            self.assertEqual(found(text), [], text)

    def test_quoted_denials_pass_but_not_other_phrases(self):
        for text in ('negative: "There is no rib fracture"', "“There are no nodules”", "`There is no effusion`"):
            self.assertEqual(found(text), [], text)
        for text in ("There is no room.", '"it is no file"', '"there is no column"', '"a" there is no room "b"'):
            self.assertEqual(len(found(text)), 1, text)

    def test_names_the_line_and_the_words(self):
        self.assertEqual(found("one\ntwo is told  of"), [(2, "told of", "reported")])


if __name__ == "__main__":
    unittest.main()
