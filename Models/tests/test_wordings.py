"""The tables of wordings are whole, wide and sound, and the unseen wordings stay unseen."""

import unittest

from report_judge import NEGATED, sentences_of
from truths import generator, texts

import locations
import reports
from grammar import expansions, listed, polished, slots
from normal_statements import SECTIONS
from noun_phrases import heads
from patient_statements import FACTS
from phrasebook import DEVICES, WORDINGS
from reports import LABELS
from unseen import UNSEEN, UNSEEN_HEADS
from wordpiece import clean

SEED = 43


class Unseen(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sentences = {
            sentence for text, *_ in texts(20_000, SEED + 3) for sentence in sentences_of(text)
        }
        cls.joined = " | ".join(sorted(cls.sentences))
        cls.words = set(cls.joined.split())

    def test_every_label_has_two_or_three_wordings_of_at_least_three_words(self):
        self.assertEqual(tuple(UNSEEN), LABELS)
        for label, prompts in UNSEEN.items():
            self.assertIn(len(prompts), (2, 3), label)
            for prompt in prompts:
                self.assertGreaterEqual(len(clean(prompt).split()), 3, prompt)
                self.assertEqual(prompt, prompt[0].upper() + prompt[1:-1] + ".")

    def test_neither_the_wordings_nor_their_heads_are_ever_generated(self):
        for label, prompts in UNSEEN.items():
            for prompt, (_, head) in zip(prompts, UNSEEN_HEADS[label], strict=True):
                self.assertNotIn(clean(prompt), self.sentences)
                self.assertIn(clean(head), clean(prompt))
                self.assertNotRegex(self.joined, rf"\b{clean(head)}\b", prompt)

    def test_their_words_are_known(self):
        words = [
            word for label in LABELS for prompt in UNSEEN[label] for word in clean(prompt).split()
        ]
        unknown = [word for word in words if word not in self.words]
        self.assertLessEqual(len(unknown), 0.05 * len(words), unknown)

    def test_a_generated_sentence_would_be_found(self):
        self.assertIn("there is pneumothorax", self.sentences)
        self.assertRegex(self.joined, r"\bpleural fluid\b")


class Tables(unittest.TestCase):
    def test_every_table_is_about_the_twenty_labels(self):
        self.assertEqual(len(set(LABELS)), 20)
        for table in (WORDINGS, UNSEEN_HEADS, locations.KINDS):
            self.assertEqual(tuple(table), LABELS)
        self.assertEqual(sorted(label for s in SECTIONS for label in s.labels), sorted(LABELS))
        for section in SECTIONS:
            for normal in section.normals:
                self.assertLessEqual(normal.denies, FACTS | set(LABELS), normal)
                self.assertTrue(normal.denies, normal)

    def test_every_template_compiles_and_its_slots_are_known(self):
        known = {
            "adverb",
            "degree",
            "extent",
            "amount",
            "where",
            "at",
            "site",
            "size",
            "s",
            "are",
            "have",
        }
        for wording in (*WORDINGS.values(), *DEVICES.values()):
            for template in wording.clauses:
                self.assertLessEqual(slots(template), known, template)
                self.assertTrue(expansions(template))
            for template in wording.one + wording.mass + wording.plural + wording.many:
                self.assertFalse(slots(template), template)
            for template in wording.denials:
                for text in expansions(template):
                    self.assertRegex(text.lower(), NEGATED)

    def test_templates_by_hand(self):
        self.assertEqual(expansions("[a|b[c|]] d"), ("a d", "bc d", "b d"))
        for wrong in ("[a|b", "a]b", "a|b"):
            with self.assertRaises(ValueError, msg=wrong):
                expansions(wrong)

    def test_sentences_are_put_right(self):
        for text, sentence in (
            ("there is a  enlarged heart", "There is an enlarged heart."),
            ("a 8 mm nodule , round", "An 8 mm nodule, round."),
            ("a 11 mm and a 18 mm and a 80 mm", "An 11 mm and an 18 mm and an 80 mm."),
            ("a 12 mm and an 110 mm", "A 12 mm and a 110 mm."),
        ):
            self.assertEqual(polished(text), sentence)
        for items, text in (("a", "a"), ("ab", "a or b"), ("abc", "a, b or c")):
            self.assertEqual(listed(items, "or"), text)

    def test_every_label_has_at_least_eight_heads_and_many_sentences(self):
        random = generator(SEED)
        for label in LABELS:
            wording = WORDINGS[label]
            names = {h.text for many in (False, True) for h in heads(wording, many, placed=False)}
            self.assertGreaterEqual(len(names), 8, label)
            self.assertGreater(len({reports.prompt(label, random) for _ in range(400)}), 60, label)
            self.assertGreater(
                len({reports.negative_prompt(label, random) for _ in range(400)}), 60, label
            )
        for place, wording in DEVICES.items():
            self.assertGreaterEqual(len(heads(wording, many=False, placed=False)), 8, place)


if __name__ == "__main__":
    unittest.main()
