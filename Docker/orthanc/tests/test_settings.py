"""Settings from environment variables and files."""

import tempfile
import unittest

from brgsa_orthanc.series import CT_IMAGE_STORAGE, unsuitable
from brgsa_orthanc.settings import Settings, SettingsError


class SettingsTests(unittest.TestCase):

    def test_defaults(self):
        settings = Settings.read({})
        self.assertEqual(settings.prompt_set, "ct-rate-18")
        self.assertEqual(settings.image_type, ("AXIAL",))
        self.assertIsNone(settings.authorization)

    def test_a_secret_comes_from_a_file(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("secret\n")
            file.flush()
            settings = Settings.read({"BRGSA_KEY_FILE": file.name})
        self.assertEqual(settings.authorization, "Bearer secret")

    def test_an_empty_filter_lets_everything_through(self):
        settings = Settings.read({"BRGSA_BODY_PART": "", "BRGSA_IMAGE_TYPE": ""})
        tags = {"00080016": CT_IMAGE_STORAGE, "00080008": "DERIVED", "00180015": "HEAD"}
        self.assertIsNone(unsuitable(tags, settings))

    def test_nonsense_is_refused_with_its_name(self):
        for name, value in [("BRGSA_MIN_SLICES", "-1"), ("BRGSA_URL", "localhost:8080"),
                            ("BRGSA_METADATA", "7"), ("BRGSA_START", "later"),
                            ("BRGSA_BODY_PART", "("), ("BRGSA_PROMPT_SET", "a b"),
                            ("BRGSA_KEY_FILE", "/nonexistent")]:
            with self.subTest(name), self.assertRaisesRegex(SettingsError, name):
                Settings.read({name: value})
