/** The pickers of prompt sets and calibrations, and what the chosen one contains. */

import { byId, decimals, element, plural } from './elements.js';
import { attempt, json } from './service.js';

export function build() {
  const pickers = [['prompt-set', promptSetContent], ['calibration', calibrationContent]];
  for (const [id, content] of pickers) {
    const fold = byId(`${id}-content`).parentElement;
    const fill = () => fold.open && attempt(byId('problem'), () => content(byId(id).value, byId(`${id}-content`)));
    fold.addEventListener('toggle', fill);
    byId(id).addEventListener('change', fill);
  }
}

export async function listPromptSets() {
  const { prompt_sets: sets } = await json('/v1/prompt-sets');
  const options = sets.map(set => element('option', { value: set.name }, `${set.name} (${plural(set.prompt_count, 'prompt')})`));
  byId('prompt-set').replaceChildren(element('option', { value: '' }, 'none'), ...options);
  if (sets.length) byId('prompt-set').value = sets[0].name;
}

export async function listCalibrations() {
  const { calibrations, default: standard } = await json('/v1/calibrations');
  const options = calibrations.map(calibration => element('option', { value: choiceOf(calibration) }, nameOf(calibration)));
  byId('calibration').replaceChildren(...options, element('option', { value: 'none' }, 'none: show scores only'));
  const values = [...byId('calibration').options].map(option => option.value);
  byId('calibration').value = values.includes(standard) ? standard : 'none';
}

const choiceOf = ({ source, name }) => source === 'model' ? 'model' : name;
const nameOf = ({ source, name }) => source === 'model' ? `${name} (the model's own)` : name;

async function promptSetContent(name, place) {
  if (!name) return place.replaceChildren(element('p', { class: 'hint' }, 'No set is chosen.'));
  const { prompts } = await json(`/v1/prompt-sets/${encodeURIComponent(name)}`);
  const words = prompt => typeof prompt === 'string' ? prompt : prompt.label ?? prompt.text ?? (prompt.texts ?? []).join(' / ');
  place.replaceChildren(element('ul', { class: 'columns' }, ...prompts.map(prompt => element('li', {}, words(prompt)))));
}

async function calibrationContent(name, place) {
  if (!name || name === 'none') return place.replaceChildren(element('p', { class: 'hint' }, 'Findings have scores, but no thresholds.'));
  const { thresholds } = await json(`/v1/calibrations/${encodeURIComponent(name)}`);
  const rows = (thresholds ?? []).map(({ label, text, threshold }) => element('tr', {},
    element('th', { scope: 'row' }, label ?? text), element('td', {}, threshold === null || threshold === undefined ? '' : decimals(threshold))));
  const head = element('tr', {}, element('th', { scope: 'col' }, 'Finding'), element('th', { scope: 'col' }, 'Threshold'));
  place.replaceChildren(element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows)));
}
