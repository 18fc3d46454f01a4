/**
 * Slices that the service draws on the model's grid.
 *
 * They are shown for stored volumes, for DICOM, and where the browser has no WebGL2.
 */

import { byId, element } from '../app/elements.js';
import { Problem, call, showProblem } from '../app/service.js';
import { state } from '../app/state.js';
import { affineAtStart } from './nifti.js';
import { picture } from './pictures.js';

/** `edges`: letters at the left, right, top and bottom. `down` of a picture whose head is up falls with the index. */
const PLANES = {
  axial: { across: 'sagittal', down: 'coronal', headUp: false, edges: 'RLAP' },
  coronal: { across: 'sagittal', down: 'axial', headUp: true, edges: 'RLSI' },
  sagittal: { across: 'coronal', down: 'axial', headUp: true, edges: 'APSI' },
};
const WINDOWS = ['lung', 'mediastinum', 'bone', 'wide'];
/** `heat`: the finding whose map is drawn over the slices, and whether the service has made it. */
const viewer = { slices: null, affine: null, at: {}, window: 'lung', heat: null, planes: {} };

export function build() {
  byId('windows').append(...WINDOWS.map(windowChoice));
  for (const name of Object.keys(PLANES)) {
    viewer.planes[name] = buildPlane(name);
    byId('planes').append(viewer.planes[name].figure);
  }
}

function windowChoice(name) {
  const change = () => chooseWindow(name);
  const choice = element('input', { type: 'radio', name: 'window', value: name, checked: name === viewer.window, change });
  return element('label', {}, choice, ` ${name}`);
}

function buildPlane(name) {
  const view = { name, wanted: null, shown: null, busy: false, problem: null };
  view.image = element('img', { alt: '', draggable: 'false' });
  view.upright = element('i', { class: 'upright' });
  view.level = element('i', { class: 'level' });
  const edges = [...PLANES[name].edges].map(letter => element('span', { class: 'edge', 'aria-hidden': 'true' }, letter));
  view.picture = element('div', { class: 'picture' }, view.image, view.upright, view.level, ...edges);
  const input = () => moveTo({ [name]: Number(view.slider.value) });
  view.slider = element('input', { type: 'range', min: 0, 'aria-label': `${name} slice`, input });
  view.counter = element('span', { class: 'quiet' });
  view.picture.addEventListener('wheel', event => scrollPlane(name, event), { passive: false });
  view.picture.addEventListener('pointerdown', event => point(name, event));
  view.picture.addEventListener('pointermove', event => drag(name, event));
  const caption = element('figcaption', {}, element('b', {}, name), view.counter);
  view.figure = element('figure', { class: 'plane' }, caption, view.picture, view.slider);
  return view;
}

export function show(slices) {
  viewer.slices = slices;
  viewer.heat = viewer.affine = null;
  const middle = {};
  for (const [name, view] of Object.entries(viewer.planes)) {
    const { count, width, height, pixel_mm: [across, down] } = viewer.slices[name];
    view.picture.style.aspectRatio = `${width * across} / ${height * down}`;
    view.slider.max = count - 1;
    view.shown = null;
    middle[name] = Math.floor(count / 2);
  }
  moveTo(middle);
}

/** Draws a finding's map over the slices. The service makes it for the first picture, so the others wait for it. */
export async function showMap(diagnosis, finding) {
  const heat = viewer.heat = { diagnosis, finding, isReady: false };
  await picture(sliceAddress('axial', viewer.at.axial, heat));
  if (viewer.heat !== heat) return;
  heat.isReady = true;
  moveTo({});
  while (Object.values(viewer.planes).some(view => view.busy)) await new Promise(done => setTimeout(done, 30));
}

/** Moves the crosshair to a place in millimetres. The axes of the model's grid are those of the file, perhaps reversed. */
export async function goToPlace(mm) {
  const { slices } = viewer;
  viewer.affine ??= await affineAtStart(await call(`/v1/volumes/${state.volume.id}/grid.nii.gz`));
  if (viewer.slices !== slices || !viewer.affine) return;
  const [sagittal, coronal, axial] = mm.map((place, axis) =>
    Math.round((place - viewer.affine[axis][3]) / viewer.affine[axis][axis]));
  moveTo({ sagittal, coronal, axial });
}

export function hideMap() {
  viewer.heat = null;
  if (viewer.slices) moveTo({});
}

/** Moves some planes to other existing slices. */
function moveTo(indices) {
  for (const [name, index] of Object.entries(indices)) {
    viewer.at[name] = Math.max(0, Math.min(viewer.slices[name].count - 1, index));
  }
  Object.values(viewer.planes).forEach(showPlane);
}

function showPlane(view) {
  const { count } = viewer.slices[view.name];
  const index = viewer.at[view.name];
  view.slider.value = index;
  view.slider.setAttribute('aria-valuetext', `${index + 1} of ${count}`);
  view.counter.textContent = `${index + 1} of ${count}`;
  view.image.alt = `${view.name} slice ${index + 1} of ${count}, ${viewer.window} window`;
  placeCrosshair(view);
  view.wanted = sliceAddress(view.name, index, viewer.heat?.isReady ? viewer.heat : null);
  loadWanted(view);
}

/** An axial slice of the service, for prints: the slice of the largest similarity is not known here, so the shown one. */
export const shownSlice = heat => picture(sliceAddress('axial', viewer.at.axial, heat));

export const shownIndex = () => viewer.at.axial;

function placeCrosshair(view) {
  const { across, down, headUp } = PLANES[view.name];
  const share = name => (viewer.at[name] + 0.5) / viewer.slices[name].count;
  view.upright.style.left = `${100 * share(across)}%`;
  view.level.style.top = `${100 * (headUp ? 1 - share(down) : share(down))}%`;
}

function sliceAddress(plane, index, heat) {
  const overlay = heat ? `&diagnosis=${heat.diagnosis}&finding=${heat.finding.index}` : '';
  return `/v1/volumes/${state.volume.id}/slices/${plane}/${index}.png?window=${viewer.window}${overlay}`;
}

/** Loads the slice that is wanted last; slices skipped meanwhile are not requested. */
async function loadWanted(view) {
  if (view.busy) return;
  view.busy = true;
  while (view.shown !== view.wanted) {
    const address = view.wanted;
    view.figure.setAttribute('aria-busy', 'true');
    try {
      view.image.src = await picture(address);
      await view.image.decode();
      view.problem = null;
    } catch (problem) {
      // Ignore a picture that was replaced in the meantime.
      view.problem = problem instanceof Problem ? problem : null;
    }
    view.shown = address;
  }
  view.busy = false;
  view.figure.removeAttribute('aria-busy');
  showProblem(byId('viewer-problem'), firstProblem());
}

const firstProblem = () => Object.values(viewer.planes).map(view => view.problem).find(Boolean) ?? null;

function chooseWindow(name) {
  viewer.window = name;
  moveTo({});
}

function scrollPlane(name, event) {
  if (event.ctrlKey || !event.deltaY) return;
  event.preventDefault();
  moveTo({ [name]: viewer.at[name] - Math.sign(event.deltaY) });
}

/** A finger scrolls the page instead. */
function drag(name, event) {
  if (event.buttons === 1 && event.pointerType === 'mouse') point(name, event);
}

function point(name, event) {
  const box = viewer.planes[name].picture.getBoundingClientRect();
  const { across, down, headUp } = PLANES[name];
  const right = (event.clientX - box.left) / box.width;
  const below = (event.clientY - box.top) / box.height;
  const index = (plane, share) => Math.floor(share * viewer.slices[plane].count);
  moveTo({ [across]: index(across, right), [down]: index(down, headUp ? 1 - below : below) });
}
