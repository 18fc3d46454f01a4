/** At the start: facts about the service, its volumes, prompt sets and calibrations. */

import { byId, day, displayName, element, plural, setText, tagText } from './elements.js';
import { followToResult, working } from './job.js';
import { listCalibrations, listPromptSets } from './pickers.js';
import { followHistory } from './history.js';
import { openDiagnosis, openVolume, sentFiles, showStart } from './result.js';
import { restoreSearch } from '../search/search.js';
import { attempt, json } from './service.js';
import { state } from './state.js';

export async function start() {
  await attempt(byId('problem'), async () => {
    state.info = await json('/v1/info');
    showModel();
    const storesNothing = state.info.persist === 'none';
    byId('keep-nothing-label').hidden = storesNothing;
    byId('stored').disabled = storesNothing;
    byId('dicom-words').hidden = !state.info.features.includes('dicom');
    await Promise.all([listPromptSets(), listCalibrations(), storesNothing ? null : restartVolumeList()]);
    await showEntry();
  });
}

function showModel() {
  const model = state.info.model;
  if (model) showNotice(model.notice);
  setText(byId('score-words'), SCORES[model?.score_kind] ?? SCORES.cosine_mean);
  setText(byId('model-sentence'), model ? modelSentence(model) : 'The model is still loading.');
  if (!model) setTimeout(askForModel, 2000);
}

/** What the scores of a model are. */
const SCORES = {
  cosine_mean: 'The model scores the similarity of the volume and each sentence, from −1 to 1; higher means more similar.',
  pair_softmax: 'The model compares two sentences for each finding, one that states it and one that denies it. The score is '
    + 'the share of the first one, from 0 to 1.',
};

/** The notice of every response, at the end of the page and at the top of a print. */
export function showNotice(notice) {
  for (const place of document.querySelectorAll('[data-notice]')) place.textContent = notice;
}

function askForModel() {
  return attempt(byId('problem'), async () => {
    state.info = await json('/v1/info');
    showModel();
  });
}

function modelSentence(model) {
  const name = `This is brgsa ${state.info.version} with the model ${model.name} ${model.version}`;
  if (model.random_weights) return `${name}: its weights are random, so its scores mean nothing.`;
  return `${name}. ${model.notice}`;
}

export function restartVolumeList() {
  state.cursor = null;
  byId('stored').replaceChildren(element('option', { value: '' }, 'none'));
  return listVolumes();
}

export async function listVolumes() {
  const query = state.cursor ? `&cursor=${encodeURIComponent(state.cursor)}` : '';
  const page = await json(`/v1/volumes?limit=50${query}`);
  byId('stored').append(...page.volumes.map(volumeOption));
  state.cursor = page.next_cursor;
  byId('more-volumes').hidden = !state.cursor;
  if (state.volume) selectStored(state.volume);
}

const volumeOption = volume => element('option', { value: volume.id }, volumeName(volume));

function volumeName(volume) {
  const { accession, tags } = volume.metadata ?? {};
  return [displayName(volume), accession, tagText(tags), volume.created_at && day(volume.created_at)].filter(Boolean).join(' · ');
}

export function selectStored(volume) {
  const stored = byId('stored');
  if (![...stored.options].some(option => option.value === volume.id)) stored.append(volumeOption(volume));
  if (!byId('file').files.length) stored.value = volume.id;
}

/** `#dx_…`, `#job_…` and `#sha256-…` open the named object, so that reloads and bookmarks work. */
async function openAddress() {
  const id = location.hash.slice(1);
  if (/^dx_[0-9a-f]{32}$/.test(id)) await openDiagnosis(`/v1/diagnoses/${id}`, sentFiles(id));
  else if (/^job_[0-9a-f]{32}$/.test(id)) await working(() => followToResult(`/v1/jobs/${id}`));
  else if (/^sha256-[0-9a-f]{64}$/.test(id)) await openVolume(id);
  else showStart();
}

/** Shows what the entry of the browser's history names: at the start, and after Back and Forward. */
export const showEntry = () => attempt(byId('problem'), () => followHistory(async () => {
  const id = location.hash.slice(1);
  if (id !== (state.diagnosis?.id ?? state.volume?.id ?? '')) await openAddress();
  await restoreSearch();
}));
