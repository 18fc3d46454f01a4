/** The viewer for whole volumes: NiiVue, and what a reader does with it. */

import { byId, number, setText } from '../app/elements.js';
import { addressOf } from '../app/service.js';
import { agrees, maximumOf, niftiBytes, setGeometry } from './nifti.js';

/** Ranges of HU from black to white. */
export const WINDOWS = { lung: [-1350, 150], mediastinum: [-160, 240], bone: [-500, 1000], wide: [-1000, 1000] };
const BONES_IN_3D = [120, 500]; // Softer tissue would hide everything.
const SLICE_TYPES = { axial: 0, coronal: 1, sagittal: 2 };
const [SEVERAL, RENDERED] = [3, 4]; // NiiVue's types of views
/** NiiVue's modes of dragging with the first mouse button. */
export const TOOLS = { crosshair: 8, window: 9, pan: 3, measure: 2 };
/** The axis of each plane in NiiVue's order (right, front, head), and whether our count runs against it. */
export const PLANE_AXES = { axial: [2, false], coronal: [1, true], sagittal: [0, true] };
const OPTIONS = {
  backColor: [0, 0, 0, 1], crosshairWidth: 1.5, crosshairWidthUnit: 'mm', crosshairGap: 6,
  measureTextColor: [1, 1, 1, 1], selectionBoxColor: [1, 1, 1, 0.3],
  isRadiologicalConvention: true, sagittalNoseLeft: true, isColorbar: false, tileMargin: 2,
  isOrientationTextVisible: false, // NiiVue puts letters beside the picture's edges if a tile is wider: we draw them.
  dragAndDropEnabled: false, clipPlaneHotKey: '', cycleClipPlaneHotKey: '', viewModeHotKey: '', logLevel: 'silent',
  loadingText: '', multiplanarShowRender: 0, fontColor: [1, 1, 1, 1], fontMinPx: 12, show3Dcrosshair: true,
};

/** The colours of the service's slices: yellow up to the middle, and then to red. The first colour is clear, because
 * NiiVue paints with it where the volume lies outside the map. */
const COLORS = 'yellow-to-red';
const YELLOW_TO_RED = {
  R: [255, 255, 255, 255], G: [220, 220, 220, 0], B: [0, 0, 0, 0], A: [0, 255, 255, 255], I: [0, 1, 128, 255],
};

/** What is shown. `window` is a name of WINDOWS, or null after a drag. */
export const view = {
  nv: null, facts: null, isCorrected: false, name: 'planes', window: 'lung', plane: 'axial', map: null, cine: null,
};
export const changes = new EventTarget();
const announce = () => changes.dispatchEvent(new Event('change'));

let hasWebGL = null;

/** Whether the browser has WebGL2. A browser allows only a few contexts, so it is asked once. */
export const isSupported = () => hasWebGL ??= Boolean(document.createElement('canvas').getContext('webgl2'));

let module = null;

/** NiiVue is loaded with the first volume. A failure is not remembered. */
function load() {
  module ??= import(addressOf(document.body.dataset.niivue)).catch(error => {
    module = null;
    throw error;
  });
  return module;
}

let prepared = null;

/** Loads NiiVue and inflates a file while the service works on it. `open` reports failures. */
export function prepare(file) {
  prepared = { file, bytes: niftiBytes(file) };
  load().catch(() => {});
}

function bytesOf(file) {
  const bytes = prepared?.file === file ? prepared.bytes : niftiBytes(file);
  prepared = null;
  return bytes;
}

async function start() {
  const { Niivue } = await load();
  const color = lineColor();
  const nv = new Niivue({ ...OPTIONS, crosshairColor: color, measureLineColor: color });
  nv.addColormap(COLORS, YELLOW_TO_RED);
  await nv.attachToCanvas(byId('canvas'), false);
  nv.onLocationChange = announce;
  return nv;
}

/** The crosshair's colour, which stands out from black and from white. */
function lineColor() {
  const hex = getComputedStyle(document.documentElement).getPropertyValue('--crosshair').trim();
  return [...[1, 3, 5].map(place => parseInt(hex.slice(place, place + 2), 16) / 255), 1];
}

const base = () => view.nv?.volumes[0] ?? null;
const sameRange = ([low, high]) => Math.abs(base().cal_min - low) < 1 && Math.abs(base().cal_max - high) < 1;

/**
 * Opens a file that the browser holds.
 *
 * `facts` is what the service says about it. Returns false if the file is not NIfTI, and throws if NiiVue fails.
 */
export async function open(file, facts) {
  const buffer = await bytesOf(file);
  if (!buffer) return false;
  close();
  view.nv ??= await start();
  await add(buffer, facts);
  view.isCorrected = !agrees(base().hdr.affine, facts);
  if (view.isCorrected) {
    setGeometry(buffer, facts);
    clear();
    await add(buffer, facts);
  }
  view.facts = facts;
  view.window = 'lung';
  view.name = 'planes';
  setView('planes');
  return true;
}

async function add(buffer) {
  const [low, high] = WINDOWS.lung;
  const image = { url: 'volume.nii', name: 'volume.nii', buffer, colormap: 'gray', cal_min: low, cal_max: high };
  await view.nv.addVolumeFromUrl(image);
  if (base().hdr.dims[4] > 1) throw new Error('The file is a series over time.');
}

function clear() {
  for (const volume of [...view.nv.volumes].reverse()) view.nv.removeVolume(volume);
}

export function close() {
  stopCine();
  view.map = null;
  view.facts = null;
  if (view.nv) clear();
}

export function setWindow(name) {
  [base().cal_min, base().cal_max] = view.name === '3D' ? BONES_IN_3D : WINDOWS[name];
  view.window = name;
  view.nv.updateGLVolume();
  announce();
}

/** After a drag that may have changed the window. */
export function noteWindow() {
  view.window = Object.keys(WINDOWS).find(name => sameRange(WINDOWS[name])) ?? null;
  announce();
}

export const windowRange = () => base() && [base().cal_min, base().cal_max];

/** Shows three planes, one plane, or the volume in 3D. */
export function setView(name) {
  const { nv } = view;
  const was3D = view.name === '3D';
  view.name = name;
  if (name in PLANE_AXES) view.plane = name;
  nv.customLayout = layout();
  nv.setSliceType(name === '3D' ? RENDERED : SEVERAL);
  if (was3D !== (name === '3D')) setWindow(view.window ?? 'lung');
  else announce();
}

/** The tiles of the view. Of three planes the axial one is the largest: most findings are read in it. */
function layout() {
  if (view.name === '3D') return null;
  if (view.name !== 'planes') return [{ sliceType: SLICE_TYPES[view.name], position: [0, 0, 1, 1] }];
  const { clientWidth: width, clientHeight: height } = byId('canvas');
  const positions = width > 1.15 * height
    ? [[0, 0, 0.6, 1], [0.6, 0, 0.4, 0.5], [0.6, 0.5, 0.4, 0.5]]
    : [[0, 0, 1, 0.6], [0, 0.6, 0.5, 0.4], [0.5, 0.6, 0.5, 0.4]];
  return positions.map((position, sliceType) => ({ sliceType, position }));
}

export function layOut() {
  if (!base()) return;
  view.nv.resizeListener();
  view.nv.customLayout = layout();
  view.nv.drawScene();
}

export function setTool(name) {
  view.nv.opts.dragModePrimary = TOOLS[name];
  view.nv.opts.dragMode = TOOLS.pan;
  view.nv.drawScene();
  announce();
}

export const tool = () => Object.keys(TOOLS).find(name => TOOLS[name] === view.nv?.opts.dragModePrimary);

// ---- Places.

/** The number of slices of a plane, and the shown one, from 0. */
export function sliceOf(plane) {
  const [axis, isReversed] = PLANE_AXES[plane];
  const count = base().dimsRAS[axis + 1];
  const index = Math.min(count - 1, Math.max(0, view.nv.frac2vox(view.nv.scene.crosshairPos)[axis]));
  return { count, index: isReversed ? count - 1 - index : index };
}

export function goToSlice(plane, index) {
  const [axis, isReversed] = PLANE_AXES[plane];
  const count = base().dimsRAS[axis + 1];
  const within = Math.max(0, Math.min(count - 1, index));
  const position = [...view.nv.scene.crosshairPos];
  position[axis] = ((isReversed ? count - 1 - within : within) + 0.5) / count;
  moveTo(position);
}

export const goToPlace = mm => moveTo(view.nv.mm2frac(mm));

function moveTo(position) {
  view.nv.scene.crosshairPos = [...position];
  view.nv.createOnLocationChange();
  view.nv.drawScene();
  announce();
}

export function zoomBy(factor) {
  const [x, y, z, zoom] = view.nv.scene.pan2Dxyzmm;
  view.nv.setPan2Dxyzmm([x, y, z, Math.max(1, Math.min(12, zoom * factor))]);
  announce();
}

export function reset() {
  view.nv.setPan2Dxyzmm([0, 0, 0, 1]);
  view.nv.document.completedMeasurements.length = 0;
  setWindow('lung');
  moveTo([0.5, 0.5, 0.5]);
}

/** Whether pixels are shown as squares, as the file has them, or smoothed. */
export const isSharp = () => Boolean(view.nv?.opts.isNearestInterpolation);

export function setSharp(isOn) {
  view.nv.setInterpolation(isOn);
  announce();
}

export function toggleCine() {
  if (view.cine) stopCine();
  else view.cine = setInterval(playOn, 100);
  announce();
}

function playOn() {
  const { index, count } = sliceOf(view.plane);
  goToSlice(view.plane, (index + 1) % count);
}

function stopCine() {
  clearInterval(view.cine);
  view.cine = null;
}

// ---- Values.

/** The place under the mouse, in shares of the volume; null outside all planes. */
export function shareAt({ clientX, clientY }) {
  const box = byId('canvas').getBoundingClientRect();
  const ratio = byId('canvas').width / box.width;
  const share = view.nv.canvasPos2frac([(clientX - box.left) * ratio, (clientY - box.top) * ratio]);
  return share[0] < 0 ? null : [...share];
}

const EDGES = ['RLAP', 'RLSI', 'APSI'];

/** The letters at the left, right, top and bottom edge of each plane, and its picture's box in pixels of the page. */
export function edges() {
  const ratio = byId('canvas').width / byId('canvas').getBoundingClientRect().width;
  return view.nv.screenSlices.filter(({ axCorSag }) => axCorSag <= 2).map(({ axCorSag, leftTopWidthHeight }) => ({
    letters: EDGES[axCorSag], box: [...leftTopWidthHeight].map(length => length / ratio),
  }));
}

const SCALE_BARS = [100, 50, 20, 10, 5, 2];

/** The longest scale bar that fits into a quarter of the largest plane, in millimetres and in pixels of the page. */
export function scaleBar() {
  const tile = view.nv.screenSlices.find(({ axCorSag }) => axCorSag <= 2);
  if (!tile) return null;
  const [left, top, width, height] = tile.leftTopWidthHeight;
  const ends = [0.45, 0.55].map(share => view.nv.canvasPos2frac([left + share * width, top + height / 2]));
  if (ends.some(end => end[0] < 0)) return null;
  const [from, to] = ends.map(end => view.nv.frac2mm(end));
  const ratio = byId('canvas').width / byId('canvas').getBoundingClientRect().width;
  const pixels = 0.1 * width / ratio / Math.hypot(...[0, 1, 2].map(axis => to[axis] - from[axis]));
  const mm = SCALE_BARS.find(length => length * pixels <= width / ratio / 4);
  return mm ? { mm, pixels: mm * pixels } : null;
}

/** What the volume and the map say at a place. */
export function readingAt(share) {
  const mm = [...view.nv.frac2mm(share)].slice(0, 3);
  const valueIn = volume => volume.getValue(...volume.mm2vox(mm));
  return { mm, hounsfield: valueIn(base()), similarity: view.map ? valueIn(view.map) : null };
}

export function showReading(share) {
  const { mm, hounsfield, similarity } = readingAt(share ?? view.nv.scene.crosshairPos);
  const sides = ['RL', 'AP', 'SI'].map((letters, axis) => `${letters[mm[axis] < 0 ? 1 : 0]} ${number(Math.abs(mm[axis]))}`);
  const more = similarity === null ? '' : ` · similarity ${number(similarity, 2)}`;
  setText(byId('reading'), `${number(hounsfield)} HU · ${sides.join(' ')} mm${more}`);
}

// ---- The heat map over the volume.

/**
 * Lays a map over the volume.
 *
 * `choose` gets the map's maximum and returns the range of colours, from 0 to `high`; values below `low` are not drawn.
 * It is asked before the map is drawn, because drawing takes a second without a graphics card.
 */
export async function overlay(blob, choose) {
  const buffer = await niftiBytes(blob);
  if (!buffer || !view.facts) return null;
  removeOverlay();
  if (view.isCorrected) setGeometry(buffer, view.facts);
  let maximum = null;
  view.nv.onVolumeAddedFromUrl = (_, image) => {
    maximum = maximumOf(image);
    image.colormapType = 1; // From 0, and clear below the lower end.
    setRange(image, choose(maximum));
  };
  await view.nv.addVolumeFromUrl({ url: 'map.nii', name: 'map.nii', buffer, colormap: COLORS });
  view.nv.onVolumeAddedFromUrl = () => {};
  view.map = view.nv.volumes[1];
  return maximum;
}

const setRange = (image, { low, high, opacity }) => Object.assign(image, { cal_min: low, cal_max: high, opacity });

export function drawOverlay(range) {
  if (!view.map) return;
  setRange(view.map, range);
  view.nv.refreshLayers(view.map, 1);
  view.nv.drawScene();
}

export function removeOverlay() {
  if (!view.map) return;
  view.nv.removeVolume(view.map);
  view.map = null;
  announce();
}

/** The colours of the map's scale, from 0 to its upper end: 256 times red, green, blue and alpha. */
export const mapColors = () => view.nv.colormap(COLORS);
