"""The viewer for whole volumes: it shows the file's own pixels, and heat maps where they lie."""

import gzip

import volumes
from browser import WIDE
from page_case import SAMPLES, VIEW, PageCase
from selenium.webdriver.common.keys import Keys

LOW, HIGH = -1350, 150  # The lung window.

# What the screen shows at the centre of each voxel of an axial slice: the tile's place and size come from NiiVue, the
# place of a voxel in it from the convention that the patient's right is on the left and the front is at the top.
AXIAL_PIXELS = """
    const { nv } = module.view;
    module.setView('axial');
    nv.opts.crosshairWidth = 0;
    module.setSharp(true);
    const [slice, width, height] = args;
    module.goToSlice('axial', slice);
    nv.drawScene();
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [nv.canvas.width, nv.canvas.height];
    const brush = copy.getContext('2d', { willReadFrequently: true });
    brush.drawImage(nv.canvas, 0, 0);
    const [left, top, across, down] = nv.screenSlices[0].leftTopWidthHeight;
    const rows = [];
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
        const right = left + across * (width - 0.5 - x) / width, below = top + down * (height - 0.5 - y) / height;
        rows.push([...brush.getImageData(Math.floor(right), Math.floor(below), 1, 1).data.slice(0, 3)]);
    }
    return rows;
"""


class WholeVolumeTests(PageCase):
    """A service that stores nothing: all that is shown comes from the file in the browser."""

    flags = ("--persist", "none")

    def show(self, path, prompts="gas"):
        self.order(path, prompts, prompt_set="")
        self.wait_findings(1)
        self.wait_volume()

    def assert_shows(self, values, slice_index):
        """Compares each pixel of an axial slice on the screen with the file."""
        width, height, _ = volumes.SHAPE
        pixels = self.module(VIEW, AXIAL_PIXELS, slice_index, width, height)
        self.assertEqual(len(pixels), width * height)
        places = ((x, y, slice_index) for y in range(height) for x in range(width))
        for place, (red, green, blue) in zip(places, pixels):
            grey = 255 * min(1, max(0, (values[place] - LOW) / (HIGH - LOW)))
            self.assertEqual((red, red), (green, blue), place)
            self.assertAlmostEqual(red, grey, delta=2, msg=f"voxel {place}")

    def test_each_pixel_of_the_axial_plane_is_the_files_own(self):
        values = volumes.noise()
        plain = volumes.nifti(values, "RAS")
        files = {
            "RAS": ("volume.nii.gz", gzip.compress(plain)),
            "LPS": ("volume.nii", volumes.nifti(values, "LPS")),
            "PIR": ("volume.nii.gz", gzip.compress(volumes.nifti(values, "PIR"))),
            "two members": ("volume.nii.gz", gzip.compress(plain[:9999]) + gzip.compress(plain[9999:])),
            "slope 0": ("volume.nii", volumes.nifti(values, "LPS", scaling=(0, -1024))),
            "no orientation": ("volume.nii", volumes.nifti(values, "RAS", form=0)),
        }
        for orientation, (name, content) in files.items():
            with self.subTest(orientation=orientation):
                self.browser.open(self.origin)
                self.show(self.volume_file(content, name))
                shown = values
                if orientation == "no orientation":
                    shown = self.as_assumed(values)
                for slice_index in (0, 9, 23):
                    self.assert_shows(shown, slice_index)

    def as_assumed(self, values):
        """The voxels at the sides that the service assumes, which the page's warning names."""
        self.browser.wait_text("#warnings", "orientation-assumed")
        assumed = self.module(VIEW, "return module.view.facts.orientation")
        flips = [letter in "LPI" for letter in assumed]
        size = volumes.SHAPE
        return {
            place: values[tuple(s - 1 - p if flip else p for p, s, flip in zip(place, size, flips))]
            for place in values
        }

    def test_letters_say_which_side_is_which(self):
        """A bright block in the right, front and upper corner is beside the letters R, A and S in each plane."""
        values = {place: -1000 for place in volumes.noise()}
        width, height, depth = volumes.SHAPE
        for place in values:
            if place[0] > width - 8 and place[1] > height - 8 and place[2] > depth - 8:
                values[place] = 400
            elif sum(place) % 2:
                values[place] = -900
        for orientation in ("RAS", "LPS", "LAI"):
            with self.subTest(orientation=orientation):
                self.browser.open(self.origin)
                self.show(self.volume_file(volumes.nifti(values, orientation)))
                for plane, near in {"axial": "RA", "coronal": "RS", "sagittal": "AS"}.items():
                    self.assertEqual(self.near_the_block(plane), near, plane)

    def near_the_block(self, plane):
        """The letters at the left or right and at the top or bottom edge that the bright block is nearest to."""
        x, y, letters = self.module(
            VIEW,
            """const { nv } = module.view;
            module.goToPlace([120, 120, 100]);
            module.setView(args[0]);
            nv.opts.crosshairWidth = 0;
            nv.drawScene();
            const copy = document.createElement('canvas');
            [copy.width, copy.height] = [nv.canvas.width, nv.canvas.height];
            const brush = copy.getContext('2d');
            brush.drawImage(nv.canvas, 0, 0);
            const { data } = brush.getImageData(0, 0, copy.width, copy.height);
            let [count, right, below] = [0, 0, 0];
            for (let at = 0; at < copy.width * copy.height; at++) {
                if (data[4 * at] < 250) continue;
                [count, right, below] = [count + 1, right + at % copy.width, below + Math.floor(at / copy.width)];
            }
            return [right / count, below / count, [...document.querySelectorAll('#edges span')].map(span =>
                [span.textContent, span.offsetLeft, span.offsetTop])];""",
            plane,
        )
        left, right, top, bottom = letters
        across = min(left, right, key=lambda letter: abs(letter[1] - x))
        down = min(top, bottom, key=lambda letter: abs(letter[2] - y))
        return across[0] + down[0]

    def test_reads_hounsfield_units_and_millimetres_under_the_mouse(self):
        values = volumes.noise(2)
        self.show(self.volume_file(volumes.nifti(values)))
        width, height, depth = volumes.SHAPE
        for voxel in ((3, 4, 5), (20, 11, 17)):
            share = [(index + 0.5) / count for index, count in zip(voxel, (width, height, depth))]
            reading = self.module(VIEW, "return module.readingAt(args[0])", share)
            self.assertAlmostEqual(reading["hounsfield"], values[voxel], delta=0.5)
            place = [s * (i - (n - 1) / 2) for i, n, s in zip(voxel, volumes.SHAPE, volumes.SPACING)]
            for found, wanted in zip(reading["mm"], place):
                self.assertAlmostEqual(found, wanted, delta=0.01)
        self.browser.click_at("#canvas", 0.3, 0.4)
        self.assertRegex(self.browser.text("#reading"), r"^−?\d+ HU · [RL] \d+ [AP] \d+ [SI] \d+ mm$")

    def test_heat_maps_lie_where_their_file_says_though_nothing_is_stored(self):
        self.order(SAMPLES[2], "Rib fracture")
        self.wait_findings(19)
        self.wait_volume()
        self.browser.click("[data-label='Lung opacity'] [data-finding]")
        self.browser.wait_text("#heat-status", "at its maximum")
        self.browser.click("#heat-download")
        heat = volumes.HeatMap(self.browser.downloaded(".nii.gz"))
        best = heat.maximum()
        self.assert_landmark(heat, best)
        shown = self.module(VIEW, "return [...module.view.nv.frac2mm(module.view.nv.scene.crosshairPos)]")
        for found, wanted in zip(shown, heat.place(best)):
            self.assertAlmostEqual(found, wanted, delta=0.05, msg="the crosshair is not at the maximum")
        limit = float(self.browser.text("#heat-low-text"))
        inside = [heat.voxel(index) for index, value in enumerate(heat.voxels) if value * heat.slope > limit + 0.03]
        outside = [heat.voxel(index) for index, value in enumerate(heat.voxels) if 0 < value * heat.slope < limit - 0.1]
        for voxel in (inside[0], inside[-1], outside[len(outside) // 2]):
            self.assert_landmark(heat, voxel)
        self.assert_clear_outside()
        self.browser.screenshot("wide", WIDE, is_whole=False)

    def assert_clear_outside(self):
        """The map covers only what the model saw; the volume's corners, which lie outside, have no colour."""
        corners = self.module(
            VIEW,
            """const { nv } = module.view;
            module.setView('axial');
            nv.drawScene();
            const copy = document.createElement('canvas');
            [copy.width, copy.height] = [nv.canvas.width, nv.canvas.height];
            const brush = copy.getContext('2d');
            brush.drawImage(nv.canvas, 0, 0);
            const [left, top, across, down] = nv.screenSlices[0].leftTopWidthHeight;
            return [0.02, 0.98].flatMap(x => [0.02, 0.98].map(y =>
                [...brush.getImageData(left + x * across, top + y * down, 1, 1).data]));""",
        )
        for red, green, blue, _ in corners:
            self.assertEqual((red, red), (green, blue), corners)

    def assert_landmark(self, heat, voxel):
        """At a voxel's place the viewer has the file's value, and its colour where that is above the limit."""
        place, value = heat.place(voxel), heat.value(voxel)
        found = self.module(VIEW, "return module.readingAt(module.view.nv.mm2frac(args[0])).similarity", place)
        self.assertAlmostEqual(found, value, delta=0.0006, msg=f"{voxel}")
        red, _, blue = self.module(
            VIEW,
            """const { nv } = module.view;
            module.setView('axial');
            nv.opts.crosshairWidth = 0;
            module.goToPlace(args[0]);
            nv.drawScene();
            const copy = document.createElement('canvas');
            [copy.width, copy.height] = [nv.canvas.width, nv.canvas.height];
            const brush = copy.getContext('2d');
            brush.drawImage(nv.canvas, 0, 0);
            const [left, top, across, down] = nv.screenSlices[0].leftTopWidthHeight;
            const { hdr: { affine }, dimsRAS } = nv.volumes[0];
            const share = [0, 1].map(axis => {
                const spacing = Math.hypot(affine[0][axis], affine[1][axis], affine[2][axis]);
                const first = Math.min(affine[axis][3], affine[axis][3] + affine[axis][axis] * (dimsRAS[axis + 1] - 1));
                return (args[0][axis] - first + spacing / 2) / (spacing * dimsRAS[axis + 1]);
            });
            const x = Math.floor(left + across * (1 - share[0])), y = Math.floor(top + down * (1 - share[1]));
            return [...brush.getImageData(x, y, 1, 1).data];""",
            place,
        )[:3]
        if value > float(self.browser.text("#heat-low-text")):
            self.assertGreater(red - blue, 20, f"{voxel} has no colour")
        else:
            self.assertEqual(red, blue, f"{voxel} has a colour")

    def test_one_scale_serves_all_findings(self):
        self.order(SAMPLES[2], "Rib fracture")
        self.wait_findings(19)
        self.wait_volume()
        self.browser.click("[data-label='Lung opacity'] [data-finding]")
        self.browser.wait_text("#heat-status", "at its maximum")
        high = self.browser.text("#heat-high-text")
        self.browser.click("[data-label='Rib fracture'] [data-finding]")
        self.browser.wait_text("#heat-status", "“Rib fracture”: the crosshair")
        self.assertEqual(self.browser.text("#heat-high-text"), high)
        self.assertAlmostEqual(self.module(VIEW, "return module.view.map.cal_max"), float(high), delta=1e-6)
        maximum = float(self.browser.text("#heat-status").split("maximum, ")[1].split(". ")[0])
        self.assertAlmostEqual(float(self.browser.text("#heat-low-text")), maximum / 2, delta=0.011)
        self.assertEqual(self.browser.attribute("[data-label='Rib fracture'] [data-finding]", "aria-pressed"), "true")
        self.browser.script("const low = document.getElementById('heat-low'); low.value = 12; low.dispatchEvent(new Event('input'))")
        self.assertEqual(self.browser.text("#heat-low-text"), "0.12")
        self.assertAlmostEqual(self.module(VIEW, "return module.view.map.cal_min"), 0.12, delta=1e-6)
        self.browser.click("#heat-hide")
        self.assertEqual(self.module(VIEW, "return module.view.nv.volumes.length"), 1)
        self.assertEqual(self.browser.all("#heat"), [])

    def test_controls_change_the_view(self):
        self.order(SAMPLES[0])
        self.wait_findings(18)
        self.wait_volume()
        browser = self.browser
        for name, (low, high) in {"bone": (-500, 1000), "mediastinum": (-160, 240), "wide": (-1000, 1000)}.items():
            browser.click(f"[data-window={name}]")
            self.assertEqual(browser.attribute(f"[data-window={name}]", "aria-pressed"), "true")
            found = self.module(VIEW, "return module.windowRange()")
            self.assertEqual((round(found[0]), round(found[1])), (low, high))
        for name, tiles in {"coronal": 1, "planes": 3, "3D": 1, "axial": 1}.items():
            browser.click(f"[data-view='{name}']")
            self.assertEqual(self.module(VIEW, "return module.view.nv.screenSlices.length"), tiles, name)
            browser.screenshot(f"view-{name}", is_whole=False)
        before = self.counters()["axial"]
        browser.scroll_wheel("#canvas", -2)
        self.assertNotEqual(self.counters()["axial"], before)
        browser.click("#zoom-in")
        self.assertAlmostEqual(self.module(VIEW, "return module.view.nv.scene.pan2Dxyzmm[3]"), 1.25, delta=0.01)
        browser.click("[data-more=cine]")
        playing = self.counters()["axial"]
        browser.wait(lambda: self.counters()["axial"] != playing, "another slice")
        browser.click("[data-more=cine]")
        browser.click("[data-tool=measure]")
        browser.drag_over("#canvas", (0.4, 0.5), (0.6, 0.5))
        self.assertEqual(self.module(VIEW, "return module.view.nv.document.completedMeasurements.length"), 1)
        browser.click("[data-tool=window]")
        browser.drag_over("#canvas", (0.4, 0.4), (0.5, 0.6))
        browser.wait(lambda: not browser.all("[data-window][aria-pressed=true]"), "a window of its own")
        browser.click("#view-reset")
        self.assertEqual(browser.attribute("[data-window=lung]", "aria-pressed"), "true")
        self.assertEqual(self.module(VIEW, "return module.view.nv.document.completedMeasurements.length"), 0)
        self.assertRegex(browser.text("#scale-bar"), r"^\d+ (cm|mm)$")

    def test_the_scale_bar_is_as_long_as_it_says(self):
        self.show(self.volume_file(volumes.nifti(volumes.noise())))
        for _ in range(2):
            bar = self.module(VIEW, "module.setView('axial'); return module.scaleBar()")
            width, zoom = self.module(
                VIEW,
                "const { nv } = module.view;"
                "return [nv.screenSlices[0].leftTopWidthHeight[2], nv.scene.pan2Dxyzmm[3]]",
            )
            pixels_per_mm = width * zoom / (volumes.SHAPE[0] * volumes.SPACING[0])
            self.assertAlmostEqual(bar["pixels"], bar["mm"] * pixels_per_mm, delta=1)
            self.module(VIEW, "module.zoomBy(2)")

    def test_keys_do_what_the_list_says(self):
        self.order(SAMPLES[0])
        self.wait_findings(18)
        self.wait_volume()
        browser = self.browser
        browser.script("document.getElementById('canvas').focus()")
        before = self.counters()["axial"]
        browser.press(Keys.ARROW_UP, Keys.ARROW_UP, Keys.ARROW_DOWN)
        self.assertEqual(self.counters()["axial"], before + 1)
        browser.press(Keys.PAGE_UP)
        self.assertEqual(self.counters()["axial"], before + 11)
        browser.press(Keys.HOME)
        self.assertEqual(self.counters()["axial"], 1)
        browser.press("s", Keys.END)
        self.assertEqual(browser.attribute("[data-view=sagittal]", "aria-pressed"), "true")
        count = int(browser.text("#count-sagittal").split()[-1])
        self.assertEqual(self.counters()["sagittal"], count)
        browser.press("3", "m", "+")
        self.assertEqual(browser.attribute("[data-window=bone]", "aria-pressed"), "true")
        self.assertEqual(browser.attribute("[data-tool=measure]", "aria-pressed"), "true")
        self.assertIn("bone window, sagittal slice", browser.attribute("#canvas", "aria-label"))
        browser.press("f")
        browser.wait(lambda: browser.script("return document.fullscreenElement?.id") == "stage", "full screen")
        browser.press("f")
        browser.wait(lambda: not browser.script("return document.fullscreenElement"), "the window")


class StrictTests(PageCase):
    """What the viewer needs of the browser."""

    def test_the_viewer_is_loaded_only_when_a_volume_is_shown(self):
        self.wait_started()
        loaded = """return performance.getEntriesByType('resource').map(entry => [entry.name, entry.encodedBodySize])"""
        files = self.browser.script(loaded)
        self.assertFalse([name for name, _ in files if "niivue.js" in name])
        own = sum(size for name, size in files if "/page/" in name)
        html = len(self.get("/"))
        self.assertLessEqual(own + html, 120_000)
        self.order()
        self.wait_volume()
        self.assertTrue([name for name, _ in self.browser.script(loaded) if name.endswith("niivue/niivue.js")])
        self.assertEqual(self.browser.script("return window.violations ?? []"), [])

    def test_a_browser_without_webgl2_shows_the_services_slices(self):
        self.browser.without_webgl()
        self.addCleanup(self.browser.without_webgl, False)
        self.browser.open(self.origin)
        self.order()
        self.wait_findings(18)
        self.wait_slices()
        self.assertEqual(self.browser.all("#stage"), [])
        self.show_heat_map()
        self.browser.wait_text("#heat-status", "yellow to red")

    def test_a_viewer_that_fails_gives_way_to_the_services_slices(self):
        self.browser.block("*/niivue.js")
        self.addCleanup(self.browser.block)
        self.order()
        self.wait_findings(18)
        self.wait_slices()
        self.browser.console_errors()  # One error says that the module was blocked.
