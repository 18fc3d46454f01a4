/** The result: a diagnosis or a stored volume. */

import { byId, definitions, element, plural, setText, tagText } from './elements.js';
import { showFindings } from './findings.js';
import { attempt, json, problemLink, save } from './service.js';
import { setAddress } from './history.js';
import { restartVolumeList, selectStored, showNotice } from './start.js';
import { editVolume } from '../worklist/dialogs.js';
import { state } from './state.js';
import * as viewer from '../viewer/viewer.js';

/** The files that this page sent, by the diagnosis, for steps back in the history. They stay in the browser. */
const sent = new Map();

export const sentFiles = id => sent.get(id) ?? [];

/** The page as it is before anything is shown. */
export function showStart() {
  state.diagnosis = state.volume = null;
  state.files = [];
  document.body.classList.remove('has-result');
  byId('results').hidden = true;
  byId('order-fold').open = true;
  byId('by-volume').disabled = true;
  byId('stored').value = '';
  summarize('', null);
  viewer.clear();
}

export async function openDiagnosis(path, files = []) {
  await showDiagnosis(await json(path), files);
}

export async function openVolume(id) {
  const volume = await json(`/v1/volumes/${id}`);
  state.diagnosis = null;
  summarize('', null);
  byId('findings').replaceChildren(element('p', {}, 'No findings yet: choose “Score the findings”.'));
  setAddress(id);
  showResult('Volume');
  showVolume(volume, []);
}

/** `files` are what this browser sent for the diagnosis. The viewer opens them. */
export async function showDiagnosis(diagnosis, files = []) {
  state.diagnosis = diagnosis;
  showNotice(diagnosis.notice);
  showFindings(diagnosis.findings);
  byId('findings').classList.add('without-where');
  const isStored = diagnosis.cache.stored;
  if (isStored) setAddress(diagnosis.id);
  if (isStored && files.length) sent.set(diagnosis.id, files);
  showResult('Findings');
  foldOrder(diagnosis, files);
  byId('result-heading').focus({ preventScroll: true });
  scrollTo(0, 0);
  if (isStored) restartVolumeListQuietly();
  const volume = isStored ? await storedVolume(diagnosis) : diagnosis.volume;
  if (state.diagnosis === diagnosis) await showVolume(volume, files);
}

/** A key may allow diagnoses but not reading: then only the facts of the diagnosis are shown, without slices. */
async function storedVolume(diagnosis) {
  return await attempt(byId('viewer-problem'), () => json(`/v1/volumes/${diagnosis.volume.id}`)) ?? diagnosis.volume;
}

async function restartVolumeListQuietly() {
  try {
    await restartVolumeList();
  } catch {
    byId('more-volumes').hidden = true;
  }
}

/** The form becomes a bar that says what was scored. */
function foldOrder(diagnosis, files) {
  byId('order-fold').open = false;
  byId('order-title').textContent = 'Another volume or other findings';
  summarize(files.length === 1 ? files[0].name : files.length ? `${files.length} files` : '', diagnosis);
}

function summarize(name, diagnosis) {
  setText(byId('order-summary'), [name, diagnosis && `${plural(diagnosis.findings.length, 'finding')} scored`].filter(Boolean).join(' · '));
}

function showResult(heading) {
  document.body.classList.add('has-result');
  byId('result-heading').textContent = heading;
  byId('result-actions').hidden = !state.diagnosis;
  for (const button of document.querySelectorAll('[data-format]')) button.hidden = !state.diagnosis?.cache.stored;
  byId('results').hidden = false;
  byId('key-slices').replaceChildren();
}

function showVolume(volume, files) {
  state.volume = volume;
  state.files = files;
  byId('by-volume').disabled = !volume.created_at;
  byId('similar').hidden = !volume.created_at;
  if (volume.created_at) selectStored(volume);
  showName(volume);
  if (volume.metadata?.name) summarize(volume.metadata.name, state.diagnosis);
  byId('caveat').textContent = state.diagnosis?.notice ?? state.info?.model?.notice ?? '';
  byId('warnings').replaceChildren(...warningList(volume.warnings ?? []));
  byId('provenance').replaceChildren(provenance(volume, state.diagnosis));
  measureTop();
  return viewer.show(volume, files);
}

/** A stored volume's name, and the way to give it one. */
function showName(volume) {
  const name = volume.metadata?.name;
  byId('named').hidden = !volume.created_at;
  setText(byId('volume-name'), name ?? '');
  byId('volume-name').hidden = !name;
  setText(byId('name-volume'), name ? 'Rename…' : 'Name this volume…');
}

export const nameVolume = () => editVolume(state.volume, state.files.length === 1 ? state.files[0].name : '');

/** After a volume was named: what shows its name is filled in again, and the viewer stays as it is. */
export async function showNewName() {
  const { id } = state.volume;
  const volume = await attempt(byId('problem'), () => json(`/v1/volumes/${id}`));
  if (!volume || state.volume?.id !== id) return;
  state.volume = volume;
  showName(volume);
  summarize(volume.metadata.name ?? '', state.diagnosis);
  byId('provenance').replaceChildren(provenance(volume, state.diagnosis));
  await restartVolumeListQuietly();
  byId('name-volume').focus();
}

function warningList(warnings) {
  if (!warnings.length) return [];
  const items = warnings.map(({ code, detail }) => element('li', {}, problemLink(code), ` ${detail}`));
  return [element('div', { class: 'warnings' }, element('h3', {}, 'Warnings about the volume'), element('ul', {}, ...items))];
}

function provenance(volume, diagnosis) {
  const { name, tags, accession } = volume.metadata ?? {};
  const model = diagnosis?.model;
  const origin = model?.provenance ?? {};
  return definitions([
    ['Name', name], ['Diagnosis', diagnosis?.id], ['Made at', diagnosis?.created_at],
    ['Model', model && `${model.name} ${model.version}`], ['Model SHA-256', model && element('code', {}, model.sha256)],
    ['License of the weights', origin.license], ['Training data', origin.training_data],
    ['Intended use', origin.intended_use],
    ['Recipe', model && element('code', {}, model.recipe)], ['Thresholds', model?.calibration?.name],
    ['Volume', element('code', {}, volume.id)], ['Stored since', volume.created_at],
    ['Accession', accession], ['Tags', tagText(tags)], ['Format', volume.format],
    ['Voxels', volume.shape?.join(' × ')], ['Spacing', volume.spacing_mm && `${volume.spacing_mm.join(' × ')} mm`],
    ['Orientation', volume.orientation], ['Intensity', intensity(volume.intensity)],
  ]);
}

const intensity = range => range && `${range.min} to ${range.max} ${range.unit}`.replaceAll('-', '−');

/** The height above the findings and the viewer, which share the rest of the window. */
export function measureTop() {
  const top = document.querySelector('.desk').getBoundingClientRect().top + scrollY;
  document.documentElement.style.setProperty('--top', `${Math.round(top)}px`);
}

export function saveDiagnosis({ currentTarget: { dataset } }) {
  const { id } = state.diagnosis;
  return attempt(byId('problem'), () => save(`/v1/diagnoses/${id}`, dataset.format, `${id}.${dataset.ending}`));
}
