"""Cleaning and WordPiece do what the authors' code and BERT's tokenizer do."""

import json
import unittest
from pathlib import Path

from fake_checkpoint import vocabulary

from wordpiece import Vocabulary, clean

FIXTURES = Path(__file__).resolve().parents[2] / "Tests" / "Fixtures"


class Cleaning(unittest.TestCase):
    def test_examples(self):
        for text, cleaned in (
            ("There is Pleural effusion", "there is pleural effusion"),
            ("Pneumonia", ""),
            ("Pneumonia. No effusion.", "no effusion"),
            ("1. Lung nodule 2. Heart normal", "lung nodule heart normal"),
            ("nodule of 3.5 mm", "nodule of 5 mm"),
            ("lung\nnodule", "lung nodule"),
            ("café au lait", "caf au lait"),
            ("cafe\u0301 au", "cafe au"),
            ("é à", ""),
            ("İstanbul", "i stanbul"),
            ("\u212aidney stone", "kidney stone"),
            ("a\u200db", "a b"),
            ("肺 lung", "lung"),
            ("肺lung", ""),
            ("a_b", ""),
            ("a_b c", "a_b c"),
            ("", ""),
        ):
            self.assertEqual(clean(text), cleaned, text)


class Pieces(unittest.TestCase):
    def setUp(self):
        self.vocabulary = Vocabulary(vocabulary())

    def test_the_longest_piece_wins_and_an_unknown_part_makes_the_word_unknown(self):
        for word, pieces in (
            ("lung", [9]),
            ("lungs", [9, 10]),
            ("ab", [11, 14]),
            ("abab", [11, 14, 13, 14]),
            ("lungx", [1]),
            ("x", [1]),
            ("a" * 100, [11] + [13] * 99),
            ("a" * 101, [1]),
        ):
            self.assertEqual(self.vocabulary.pieces(word), pieces, word)

    def test_texts_are_framed_and_cut(self):
        self.assertEqual(self.vocabulary.tokens("There is no effusion", 10), [2, 4, 5, 6, 8, 3])
        self.assertEqual(self.vocabulary.tokens("", 10), [2, 3])
        self.assertEqual(self.vocabulary.tokens("a " * 50, 10), [2] + [11] * 8 + [3])

    def test_the_underscore_is_a_word_of_its_own(self):
        self.assertEqual(self.vocabulary.tokens("a_b lung", 10), [2, 11, 1, 12, 9, 3])

    def test_goldens_of_the_hugging_face_tokenizer(self):
        goldens = json.loads((FIXTURES / "tokenization-goldens.json").read_text())
        vocabularies = {
            "tiny": Vocabulary((FIXTURES / "tiny-model" / "vocab.txt").read_bytes()),
            "radiology": Vocabulary((FIXTURES / "tokenization-vocabulary.txt").read_bytes()),
        }
        self.assertGreaterEqual(len(goldens["cases"]), 300)
        for case in goldens["cases"]:
            self.assertEqual(clean(case["text"]), case["clean"], ascii(case["text"]))
            for name, known in vocabularies.items():
                found = known.tokens(case["text"], goldens["max_tokens"])
                self.assertEqual(found, case[name], ascii(case["text"]))


if __name__ == "__main__":
    unittest.main()
