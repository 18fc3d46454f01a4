/** Prints: one page with the key slices of the positive findings. */

import { byId, element, number } from '../app/elements.js';
import { Problem } from '../app/service.js';
import { state } from '../app/state.js';
import * as keySlices from './key-slices.js';

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
  });
  addEventListener('afterprint', () => {
    for (const fold of folds) fold.open = false;
  });
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
