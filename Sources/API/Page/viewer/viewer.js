/** The viewer: the whole volume if this browser holds its file or asks the service for it, else the service's slices. */

import { byId } from '../app/elements.js';
import { refusal, showProblem } from '../app/service.js';
import { state } from '../app/state.js';
import * as heat from './heat.js';
import * as planes from './planes.js';
import * as toolbar from './toolbar.js';
import * as volumeView from './volume-view.js';
import * as whole from './whole.js';

export function build() {
  planes.build();
  toolbar.build();
  heat.build();
  whole.build();
}

/** Called when files are sent: their viewer is then ready as soon as the scores are. */
export function prepare(files) {
  if (files.length === 1 && volumeView.isSupported()) volumeView.prepare(files[0]);
}

let opening = 0;

/** Shows no volume. */
export function clear() {
  opening++;
  heat.forget(false);
  volumeView.close();
}

/** Shows a volume. Findings have heat maps if the service stores them, and if there is something to draw them over. */
export async function show(volume, files) {
  const mine = ++opening;
  showProblem(byId('viewer-problem'), null);
  byId('stage').hidden = byId('slices').hidden = byId('no-slices').hidden = true;
  heat.forget(false);
  volumeView.close();
  byId('findings').classList.add('without-where');
  whole.offer(null);
  const isWhole = files.length === 1 && await openFile(files[0], volume);
  if (mine !== opening) return;
  arrange(isWhole, volume, files);
  const source = isWhole || !volumeView.isSupported() ? null : whole.sourceOf(volume, files);
  whole.offer(source, async (file, facts, isAsked) => {
    if (mine !== opening) return;
    if (!await openFile(file, facts)) throw refusal('The volume cannot be shown', 'The browser cannot read the file.');
    if (mine !== opening) return;
    arrange(true, volume, files);
    whole.offer(null);
    if (isAsked) byId('canvas').focus();
  });
  if (source && volume.source) whole.openAtOnce();
}

function arrange(isWhole, volume, files) {
  byId('stage').hidden = byId('keys-fold').hidden = !isWhole;
  byId('slices').hidden = isWhole || !volume.slices;
  byId('no-slices').hidden = isWhole || Boolean(volume.slices);
  heat.forget(isWhole);
  if (isWhole) volumeView.layOut();
  else if (volume.slices) planes.show(volume.slices);
  else byId('no-slices').textContent = whyNoSlices(files);
  byId('findings').classList.toggle('without-where', !(heat.hasMaps() && (isWhole || volume.slices && state.diagnosis.cache.stored)));
}

/** Whether the viewer shows the file. `facts` is what the service says about it. */
async function openFile(file, facts) {
  if (!volumeView.isSupported()) return false;
  byId('stage').hidden = false; // NiiVue measures its canvas.
  byId('stage').setAttribute('aria-busy', 'true');
  try {
    return await volumeView.open(file, facts);
  } catch (error) {
    console.warn('The viewer cannot show this file', error);
    return false;
  } finally {
    byId('stage').removeAttribute('aria-busy');
  }
}

function whyNoSlices(files) {
  if (files.length) {
    return 'This browser cannot show the file itself, and the service stores no voxels of it. The viewer shows NIfTI files '
      + 'in a browser with WebGL2; for others, start the service with “brgsa serve --persist full”.';
  }
  if (['full', 'source'].includes(state.info?.persist)) {
    return 'The voxels of this volume are not stored. To see it, choose its file again.';
  }
  return 'This service stores embeddings, not voxels, so a stored volume cannot be shown. Choose its file again to see it. '
    + 'The operator can start the service with “brgsa serve --persist full”; volumes that are sent from then on have slices here.';
}
