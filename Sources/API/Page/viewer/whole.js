/** Whole volumes that the browser does not hold, offered by a button: the service has their files or makes them. */

import { byId, element, setText } from '../app/elements.js';
import { call, Problem, showProblem } from '../app/service.js';
import { volumeForm } from '../app/send.js';

export function build() {
  const button = element('button', { type: 'button', class: 'small', id: 'whole-button' });
  const status = element('span', { class: 'quiet', id: 'whole-status', role: 'status' });
  byId('stage').before(element('p', { class: 'row', id: 'whole', hidden: true }, button, ' ', status));
}

/**
 * Where the service has a volume as a NIfTI file; null if it has none.
 *
 * `facts` is what must agree with the file's header. The model's grid has a header of its own.
 */
export function sourceOf(volume, files) {
  if (volume.source) return { path: `/v1/volumes/${volume.id}/source`, facts: volume, title: 'Show in full resolution' };
  if (files.length && volume.format === 'dicom') {
    const hint = 'This sends the files once more. Nothing is stored.';
    return { path: '/v1/nifti', files, facts: volume, title: 'Show in full resolution', hint };
  }
  if (volume.slices) {
    const hint = 'The resolution is that of the model’s input.';
    return { path: `/v1/volumes/${volume.id}/grid.nii.gz`, facts: {}, title: 'Show with all tools and in 3D', hint };
  }
  return null;
}

/** Offers a source, or nothing if it is null. `open` gets its file and facts when the user asks for it. */
export function offer(source, open) {
  byId('whole').hidden = !source;
  if (!source) return;
  const button = byId('whole-button');
  button.textContent = source.title;
  button.disabled = false;
  setText(byId('whole-status'), source.hint ?? '');
  button.onclick = () => load(source, open, true);
  atOnce = () => load(source, open, false);
}

let atOnce = null;

/** Opens the offered volume without a click. Its button stays if this fails. */
export const openAtOnce = () => atOnce();

async function load(source, open, isAsked) {
  byId('whole-button').disabled = true;
  showProblem(byId('viewer-problem'), null);
  setText(byId('whole-status'), 'Loading the volume…');
  try {
    const options = source.files ? { method: 'POST', body: volumeForm(source.files) } : {};
    const response = await call(source.path, options);
    await open(await response.blob(), source.facts, isAsked);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    showProblem(byId('viewer-problem'), problem);
  } finally {
    byId('whole-button').disabled = false;
    setText(byId('whole-status'), source.hint ?? '');
  }
}
