/** The controls of the viewer: buttons, sliders of slices, keys and the mouse. */

import { byId, element, number, setText } from '../app/elements.js';
import * as volume from './volume-view.js';

const { changes, view } = volume;
const VIEWS = { planes: 'Planes', axial: 'Axial', coronal: 'Coronal', sagittal: 'Sagittal', '3D': '3D' };
const TOOL_NAMES = { crosshair: 'Crosshair', window: 'Window', pan: 'Move', measure: 'Measure' };
const KEYS = [
  ['↑ ↓', 'next or previous slice'], ['Page Up, Page Down', 'ten slices'], ['Home, End', 'first or last slice'],
  ['A, C, S', 'axial, coronal, sagittal plane'], ['P, D', 'three planes, 3D'], ['1 to 4', 'window presets'],
  ['+ and −', 'zoom'], ['X, W, V, M', 'drag: crosshair, window, move, measure'], ['Space', 'play slices'],
  ['R', 'reset'], ['F', 'full screen'],
];

const group = (label, ...buttons) => element('div', { role: 'group', 'aria-label': label, class: 'group' }, ...buttons);
const choice = (kind, name, text, click) =>
  element('button', { type: 'button', class: 'small', [`data-${kind}`]: name, 'aria-pressed': 'false', click }, text);
const title = name => name[0].toUpperCase() + name.slice(1);

export function build() {
  const each = (kind, names, text, act) => Object.keys(names).map(name => choice(kind, name, text(name), () => act(name)));
  byId('toolbar').append(
    group('View', each('view', VIEWS, name => VIEWS[name], volume.setView)),
    group('Window', each('window', volume.WINDOWS, title, volume.setWindow)),
    group('Drag with the mouse', each('tool', volume.TOOLS, name => TOOL_NAMES[name], volume.setTool)),
    group('More',
      choice('more', 'cine', 'Play', volume.toggleCine),
      choice('more', 'sharp', 'Pixels', () => volume.setSharp(!volume.isSharp())),
      element('button', { type: 'button', class: 'small', id: 'zoom-in', 'aria-label': 'Zoom in', click: () => volume.zoomBy(1.25) }, '+'),
      element('button', { type: 'button', class: 'small', id: 'zoom-out', 'aria-label': 'Zoom out', click: () => volume.zoomBy(0.8) }, '−'),
      element('button', { type: 'button', class: 'small', id: 'view-reset', click: volume.reset }, 'Reset'),
      element('button', { type: 'button', class: 'small', id: 'full-screen', click: toggleFullScreen }, 'Full screen')));
  byId('slice-sliders').append(...Object.keys(volume.PLANE_AXES).map(slider));
  byId('keys').append(...KEYS.map(([keys, meaning]) => element('div', {}, element('kbd', {}, keys), ` ${meaning}`)));
  changes.addEventListener('change', show);
  listen();
}

function slider(plane) {
  const input = ({ target }) => volume.goToSlice(plane, Number(target.value));
  return element('label', { class: 'slice' }, element('span', {}, plane),
    element('input', { type: 'range', min: 0, 'aria-label': `${plane} slice`, id: `slice-${plane}`, input }),
    element('span', { class: 'quiet', id: `count-${plane}` }));
}

function press(kind, name) {
  for (const button of document.querySelectorAll(`[data-${kind}]`)) {
    button.setAttribute('aria-pressed', String(button.dataset[kind] === name));
  }
}

/** Shows the state of the viewer in the controls. */
function show() {
  if (!view.nv?.volumes.length) return;
  press('view', view.name);
  press('window', view.name === '3D' ? null : view.window);
  for (const button of document.querySelectorAll('[data-window]')) button.disabled = view.name === '3D';
  press('tool', volume.tool());
  byId('toolbar').querySelector('[data-more=cine]').setAttribute('aria-pressed', String(Boolean(view.cine)));
  byId('toolbar').querySelector('[data-more=sharp]').setAttribute('aria-pressed', String(volume.isSharp()));
  for (const plane of Object.keys(volume.PLANE_AXES)) showSlice(plane);
  const [low, high] = volume.windowRange();
  setText(byId('window-range'), `${number(low)} to ${number(high)} HU`);
  volume.showReading(null);
  describe();
  showScaleBar();
  showEdges();
}

/** Which side is which: wrong letters could mislead about a patient, so a test compares them with the pixels. */
function showEdges() {
  const marks = volume.edges().flatMap(({ letters, box: [left, top, width, height] }) => {
    const places = [[0, 0.5], [1, 0.5], [0.5, 0], [0.5, 1]];
    return [...letters].map((letter, index) => [letter, left + places[index][0] * width, top + places[index][1] * height, index]);
  });
  byId('edges').replaceChildren(...marks.map(([letter, x, y, index]) =>
    element('span', { class: `edge-${index}`, style: { left: `${x}px`, top: `${y}px` } }, letter)));
}

function showScaleBar() {
  const bar = volume.scaleBar();
  byId('scale-bar').hidden = !bar;
  if (!bar) return;
  byId('scale-bar').style.width = `${bar.pixels}px`;
  setText(byId('scale-bar'), bar.mm >= 10 ? `${bar.mm / 10} cm` : `${bar.mm} mm`);
}

function showSlice(plane) {
  const { index, count } = volume.sliceOf(plane);
  const input = byId(`slice-${plane}`);
  input.max = count - 1;
  input.value = index;
  const text = `${index + 1} of ${count}`;
  input.setAttribute('aria-valuetext', text);
  setText(byId(`count-${plane}`), text);
}

function describe() {
  const { index, count } = volume.sliceOf(view.plane);
  const shown = view.name === 'planes' ? 'Three planes' : VIEWS[view.name];
  byId('canvas').setAttribute('aria-label',
    `${shown} of the volume, ${view.window ?? 'custom'} window, ${view.plane} slice ${index + 1} of ${count}`);
}

// ---- Mouse and keys.

function listen() {
  const canvas = byId('canvas');
  canvas.addEventListener('pointermove', movePointer);
  canvas.addEventListener('pointerleave', () => view.nv?.volumes.length && volume.showReading(null));
  // NiiVue has keys of its own, which change without a sign; ours are listed below the viewer.
  byId('canvas-frame').addEventListener('keydown', pressKey, true);
  byId('canvas-frame').addEventListener('keyup', event => event.target === canvas && event.stopPropagation(), true);
  byId('canvas-frame').addEventListener('wheel', turnWheel, { capture: true, passive: false });
  new ResizeObserver(layOut).observe(byId('canvas-frame'));
  document.addEventListener('fullscreenchange', layOut);
}

function layOut() {
  volume.layOut();
  show();
}

function movePointer(event) {
  if (!view.nv?.volumes.length) return;
  if (event.buttons && volume.tool() === 'window') volume.noteWindow();
  volume.showReading(volume.shareAt(event));
}

function turnWheel(event) {
  if (!event.ctrlKey || !view.nv?.volumes.length) return;
  event.preventDefault();
  event.stopPropagation();
  volume.zoomBy(event.deltaY < 0 ? 1.15 : 0.87);
}

function toggleFullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else byId('stage').requestFullscreen();
}

const step = by => volume.goToSlice(view.plane, volume.sliceOf(view.plane).index + by);
const ACTIONS = {
  ArrowUp: () => step(1), ArrowDown: () => step(-1), PageUp: () => step(10), PageDown: () => step(-10),
  Home: () => volume.goToSlice(view.plane, 0), End: () => volume.goToSlice(view.plane, Infinity),
  a: () => volume.setView('axial'), c: () => volume.setView('coronal'), s: () => volume.setView('sagittal'),
  p: () => volume.setView('planes'), d: () => volume.setView('3D'),
  x: () => volume.setTool('crosshair'), w: () => volume.setTool('window'), v: () => volume.setTool('pan'),
  m: () => volume.setTool('measure'), '+': () => volume.zoomBy(1.25), '-': () => volume.zoomBy(0.8),
  ' ': volume.toggleCine, r: volume.reset, f: toggleFullScreen,
  ...Object.fromEntries(Object.keys(volume.WINDOWS).map((name, index) => [index + 1, () => view.name === '3D' || volume.setWindow(name)])),
};

function pressKey(event) {
  if (event.target !== byId('canvas') || event.ctrlKey || event.metaKey || event.altKey || event.key === 'Tab') return;
  const act = ACTIONS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  event.stopPropagation();
  if (!act) return;
  event.preventDefault();
  act();
}
