"""Whole volumes that the browser does not hold: a stored file, the file of a DICOM series, and the model's grid."""

import json
import sys

import volumes
from page_case import SAMPLES, VIEW, PageCase
from service import ROOT

sys.path.insert(0, str(ROOT / "Docker/orthanc"))
import make_series  # noqa: E402

DIMENSIONS = "return [...module.view.nv.volumes[0].hdr.dims].slice(1, 4)"


class WholeCase(PageCase):
    def open_again(self):
        """Opens the shown diagnosis again: the browser does not hold the file any more."""
        self.order(SAMPLES[0])
        self.wait_findings(18)
        volume = self.diagnosis()["volume"]["id"]
        self.browser.driver.refresh()
        self.wait_findings(18)
        return json.loads(self.get(f"/v1/volumes/{volume}"))

    def ask(self, text):
        """Presses the button with this text, and waits for the viewer."""
        self.browser.wait_text("#whole-button", text)
        self.browser.click("#whole-button")
        return self.whole()

    def whole(self):
        """The shape of the volume that the viewer shows."""
        self.wait_volume()
        self.assertEqual(self.browser.all("#whole-button, #slices"), [])
        return self.module(VIEW, DIMENSIONS)

    def show_map_at_its_maximum(self):
        self.show_heat_map()
        self.browser.wait_text("#heat-status", "at its maximum")


class StoredFileTests(WholeCase):
    """A service that stores files."""

    flags = ("--persist", "source")

    def test_a_stored_file_is_shown_in_its_own_resolution_at_once(self):
        volume = self.open_again()
        self.assertEqual(volume["source"], {"bytes": SAMPLES[0].stat().st_size})
        self.assertEqual(self.whole(), volume["shape"], "without a click")
        self.show_map_at_its_maximum()


class StoredGridTests(WholeCase):
    """A service that stores voxels and no files."""

    def test_the_models_grid_is_shown_with_all_tools(self):
        volume = self.open_again()
        axial = volume["slices"]["axial"]
        shape = self.ask("Show with all tools and in 3D")
        self.assertEqual(shape, [axial["width"], axial["height"], axial["count"]])
        self.assertFalse(self.module(VIEW, "return module.view.isCorrected"))
        self.show_map_at_its_maximum()


class SeriesTests(WholeCase):
    """A service that stores nothing."""

    flags = ("--persist", "none")

    def test_a_series_is_shown_in_its_own_resolution(self):
        series = enumerate(make_series.series())
        files = [self.volume_file(content, f"{index:03}.dcm") for index, content in series]
        self.order("\n".join(str(file) for file in files), "gas", prompt_set="")
        self.wait_findings(1)
        self.browser.wait_text("#whole-status", "sends the files once more")
        packed = volumes.HeatMap(make_series.PHANTOM.read_bytes())
        self.assertEqual(self.ask("Show in full resolution"), list(packed.shape))
        self.show_map_at_its_maximum()
