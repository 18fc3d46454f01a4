/** Prints: one page with the key slices of the positive findings. */

import { byId, element, number } from '../app/elements.js';
import { Problem } from '../app/service.js';
import { state } from '../app/state.js';
import * as keySlices from './key-slices.js';
import { view } from './volume-view.js';

const MOST_SLICES = 6;

/** Prepares the key slices, and then opens the browser's dialog. */
export async function printResult() {
  byId('print').disabled = true;
  try {
    await prepare();
  } finally {
    byId('print').disabled = false;
  }
  print();
}

/** A closed fold is not printed, so all are open while the browser prints. */
export function unfoldPrints() {
  let folds = [];
  addEventListener('beforeprint', () => {
    folds = [...document.querySelectorAll('.rest:not([open]), #provenance-fold:not([open])')];
    for (const fold of folds) fold.open = true;
    if (!byId('key-slices').childElementCount) showSnapshot();
  });
  addEventListener('afterprint', () => {
    for (const fold of folds) fold.open = false;
    for (const node of document.querySelectorAll('.snapshot')) node.remove();
  });
}

/** What the viewer shows, for prints by the browser's own menu: the time does not suffice to draw key slices. */
function showSnapshot() {
  const sources = byId('stage').hidden ? byId('slices').hidden ? [] : [...document.querySelectorAll('#planes img')] : [byId('canvas')];
  if (!byId('stage').hidden) view.nv.drawScene(); // The canvas can be read only right after it was drawn.
  const pictures = sources.map(source => {
    const canvas = element('canvas', { width: source.naturalWidth || source.width, height: source.naturalHeight || source.height, role: 'img', 'aria-label': 'The view' });
    if (canvas.width && canvas.height) canvas.getContext('2d').drawImage(source, 0, 0);
    return element('figure', { class: sources.length === 1 ? 'snapshot wide' : 'snapshot' }, canvas);
  });
  const caption = 'The view. In axial and coronal planes the patient’s right is on the left; in sagittal planes the front is.';
  if (pictures.length && view.name !== '3D') pictures.at(-1).append(element('figcaption', {}, caption));
  byId('key-slices').append(...pictures);
  byId('key-slices').hidden = !pictures.length;
}

/** Draws a slice for each positive finding; without any, for the best finding. */
export async function prepare() {
  const findings = state.diagnosis?.findings ?? [];
  const positive = findings.filter(finding => finding.positive).slice(0, MOST_SLICES);
  const shown = positive.length ? positive : findings.slice(0, 1);
  const figures = [];
  await orNull(() => keySlices.prepare(shown));
  for (const finding of shown) {
    const slice = await orNull(() => keySlices.draw(finding));
    if (slice) figures.push(figure(finding, slice));
  }
  byId('key-slices').replaceChildren(...figures);
  byId('key-slices').hidden = !figures.length;
}

/** Without its key slices a print is still right, so their problems do not stop it. */
async function orNull(work) {
  try {
    return await work();
  } catch (problem) {
    if (problem instanceof Problem) return null;
    throw problem;
  }
}

function figure({ label, score }, { picture, place }) {
  const sides = ['R', 'L'].map(letter => element('span', { class: `side side-${letter}` }, letter));
  return element('figure', {}, picture, ...sides, element('figcaption', {}, element('b', {}, label), ` ${number(score, 3)}, ${place}`));
}
