/** Heat maps of findings, over the whole volume or over the service's slices. */

import { byId, number, setText } from '../app/elements.js';
import { Problem, call, saveBlob, showProblem } from '../app/service.js';
import { volumeForm } from '../app/send.js';
import { state } from '../app/state.js';
import { maximumOfMap, niftiBytes } from './nifti.js';
import * as planes from './planes.js';
import * as volume from './volume-view.js';

/**
 * One scale of colours for all findings of a volume. `high` grows in steps of a tenth when a map has larger values.
 *
 * `low` is where the user lets maps start; null to start each at half of its maximum, so that weak maps are seen, too.
 */
const scale = { high: 0.1, low: null, opacity: 0.6 };
let shown = null; // The finding whose map is wanted, and what became of it.
let maps = new Map(); // The files of the maps of this diagnosis, by the finding's index.
let isOverVolume = false;

export function build() {
  byId('heat-hide').addEventListener('click', hideHeat);
  byId('heat-download').addEventListener('click', saveHeat);
  byId('heat-opacity').addEventListener('input', ({ target }) => setScale({ opacity: target.value / 100 }));
  byId('heat-low').addEventListener('input', ({ target }) => setScale({ low: target.value / 100 }));
}

/** Another diagnosis or another viewer. */
export function forget(isVolumeShown) {
  isOverVolume = isVolumeShown;
  maps = new Map();
  Object.assign(scale, { high: 0.1, low: null });
  setShown(null);
}

export function toggleHeat(finding) {
  if (shown?.finding === finding) return hideHeat();
  if (innerWidth < 960) byId('viewer').scrollIntoView();
  return showHeat(finding);
}

async function showHeat(finding) {
  const wanted = setShown({ finding, isDrawn: false });
  showProblem(byId('viewer-problem'), null);
  removeMap();
  showStatus();
  try {
    if (isOverVolume) await showOverVolume(wanted);
    else await showOverSlices(wanted);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    wanted.problem = problem;
    if (shown === wanted) showProblem(byId('viewer-problem'), problem);
  }
  if (shown !== wanted) return;
  wanted.isDrawn = !wanted.problem;
  showStatus();
}

async function showOverVolume(wanted) {
  const file = await mapFile(wanted.finding);
  if (shown !== wanted) return;
  const maximum = await volume.overlay(file, ({ value }) => rangeOf(value));
  if (shown !== wanted || !maximum) return;
  wanted.maximum = maximum;
  showScale();
  volume.goToPlace(maximum.mm);
}

async function showOverSlices(wanted) {
  await planes.showMap(state.diagnosis.id, wanted.finding);
  const buffer = await niftiBytes(await mapFile(wanted.finding));
  if (shown !== wanted || !buffer) return;
  const maximum = maximumOfMap(buffer);
  await planes.goToPlace(maximum.mm);
  wanted.peak = maximum.value;
}

/** Whether there are maps: the model can make them, and the service stores what they are made of, or this browser can
 * send the file again. */
export const hasMaps = () => Boolean(state.diagnosis) && Boolean(state.info?.features.includes('heat-maps'))
  && (isStored() || state.files.length > 0);

const isStored = () => state.diagnosis.cache.stored && Boolean(state.volume?.slices);

/** A finding's map as a NIfTI file. */
export async function mapFile(finding) {
  if (!maps.has(finding.index)) {
    const response = await (isStored()
      ? call(`/v1/diagnoses/${state.diagnosis.id}/heatmaps/${finding.index}.nii.gz`)
      : call('/v1/heatmaps', { method: 'POST', body: mapForm(finding) }));
    maps.set(finding.index, await response.blob());
  }
  return maps.get(finding.index);
}

/** The file and the encoded sentences of one finding. */
function mapForm({ text, texts }) {
  return volumeForm(state.files, { prompts: [texts ? { texts } : { text }] });
}

function setShown(heat) {
  shown = heat;
  byId('heat').hidden = !heat;
  for (const button of document.querySelectorAll('[data-finding]')) {
    button.setAttribute('aria-pressed', String(heat?.finding.index === Number(button.dataset.finding)));
  }
  return heat;
}

function removeMap() {
  if (isOverVolume) volume.removeOverlay();
  else planes.hideMap();
}

function hideHeat() {
  const { index } = shown.finding;
  setShown(null);
  removeMap();
  document.querySelector(`[data-finding="${index}"]`)?.focus();
}

function showStatus() {
  const isWaiting = !shown.isDrawn && !shown.problem;
  byId('heat-progress').hidden = !isWaiting;
  byId('heat-scale').hidden = !isOverVolume || !shown.isDrawn;
  byId('heat-relative').hidden = isOverVolume || !shown.isDrawn;
  byId('heat-download').disabled = !shown.isDrawn;
  setText(byId('heat-status'), statusText(isWaiting));
}

function statusText(isWaiting) {
  const { finding: { label }, problem, maximum, peak } = shown;
  if (isWaiting) return `Making the heat map of “${label}”. The first time takes seconds.`;
  if (problem) return `No heat map of “${label}” is available.`;
  if (!maximum) {
    const place = peak === undefined ? '' : `the crosshair is at its maximum, ${number(peak, 2)}; `;
    return `Heat map of “${label}”: ${place}yellow to red where patches are most like the text. Every map has some red, `
      + 'whether or not the finding is there.';
  }
  return `Heat map of “${label}”: the crosshair is at its maximum, ${number(maximum.value, 2)}. All findings share one colour `
    + 'scale. A high value does not mean that the finding is there.';
}

function setScale(change) {
  Object.assign(scale, change);
  showScale();
  volume.drawOverlay(rangeOf(shown.maximum.value));
}

function showScale() {
  const { low, high, opacity } = rangeOf(shown.maximum.value);
  byId('heat-low').max = Math.round(high * 100);
  byId('heat-low').value = Math.round(low * 100);
  byId('heat-opacity').value = Math.round(opacity * 100);
  setText(byId('heat-low-text'), number(low, 2));
  setText(byId('heat-opacity-text'), `${Math.round(opacity * 100)} %`);
  setText(byId('heat-high-text'), number(high, 2));
  drawColorBar(low, high);
}

/** The colours from 0 to the scale's upper end; what is not drawn is grey. */
function drawColorBar(low, high) {
  const bar = byId('heat-bar');
  const brush = bar.getContext('2d');
  const colors = volume.mapColors();
  for (let x = 0; x < bar.width; x++) {
    const index = Math.floor(256 * x / bar.width) * 4;
    brush.fillStyle = high * x / bar.width >= low ? `rgb(${colors.slice(index, index + 3).join(' ')})` : '#444';
    brush.fillRect(x, 0, 1, bar.height);
  }
  bar.setAttribute('aria-label', `Colours from 0 to ${number(high, 2)}; below ${number(low, 2)} nothing is drawn`);
}

/** The range in which a map with this maximum is drawn, after the common scale has grown to include it. */
export function rangeOf(maximum) {
  scale.high = Math.max(scale.high, Math.ceil(maximum * 10) / 10);
  return { ...scale, low: scale.low ?? Math.max(0, maximum / 2) };
}

async function saveHeat() {
  const { finding } = shown;
  try {
    saveBlob(await mapFile(finding), `${state.diagnosis.id}-${finding.index}.nii.gz`);
  } catch (problem) {
    showProblem(byId('viewer-problem'), problem);
  }
}
