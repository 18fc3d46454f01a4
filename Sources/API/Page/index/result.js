// ---- The result.

async function openDiagnosis(path) {
  showDiagnosis(await json(path));
}

async function openVolume(id) {
  const volume = await json(`/v1/volumes/${id}`);
  state.diagnosis = null;
  byId('findings').replaceChildren(element('p', {}, 'No findings yet: choose “Score the findings”.'));
  setAddress(id);
  showResult('Volume');
  showVolume(volume);
}

async function showDiagnosis(diagnosis) {
  state.diagnosis = diagnosis;
  showNotice(diagnosis.notice);
  byId('findings').replaceChildren(...findingsView(diagnosis.findings));
  byId('findings').classList.add('without-where');
  const kept = diagnosis.cache.stored;
  if (kept) setAddress(diagnosis.id);
  showResult('Findings');
  byId('help').open = false;
  byId('result-heading').focus();
  if (kept) restartVolumeListQuietly();
  const volume = kept ? await keptVolume(diagnosis) : diagnosis.volume;
  if (state.diagnosis === diagnosis) showVolume(volume);
}

/** A key may allow diagnoses but not reading: then only the facts of the diagnosis are shown, without slices. */
async function keptVolume(diagnosis) {
  return await attempt(byId('viewer-problem'), () => json(`/v1/volumes/${diagnosis.volume.id}`)) ?? diagnosis.volume;
}

async function restartVolumeListQuietly() {
  try {
    await restartVolumeList();
  } catch {
    byId('more-volumes').hidden = true;
  }
}

function showResult(heading) {
  byId('result-heading').textContent = heading;
  byId('result-actions').hidden = !state.diagnosis;
  for (const button of document.querySelectorAll('[data-format]')) button.hidden = !state.diagnosis?.cache.stored;
  byId('results').hidden = false;
}

function showVolume(volume) {
  state.volume = volume;
  byId('by-volume').disabled = !volume.created_at;
  if (volume.created_at) selectStored(volume);
  byId('warnings').replaceChildren(...warningList(volume.warnings ?? []));
  byId('provenance').replaceChildren(...provenance(volume, state.diagnosis));
  showViewer(volume);
}

function warningList(warnings) {
  if (!warnings.length) return [];
  const items = warnings.map(({ code, detail }) => element('li', {}, element('a', { href: `/problems/${encodeURIComponent(code)}` }, code), ` ${detail}`));
  return [element('div', { class: 'warnings' }, element('h3', {}, 'Warnings about the volume'), element('ul', {}, ...items))];
}

function provenance(volume, diagnosis) {
  const { tags, accession } = volume.metadata ?? {};
  const model = diagnosis?.model;
  return [
    element('h3', {}, 'Provenance'),
    definitions([
      ['Diagnosis', diagnosis?.id], ['Made at', diagnosis?.created_at],
      ['Model', model && `${model.name} ${model.version}`], ['Model SHA-256', model && element('code', {}, model.sha256)],
      ['Recipe', model && element('code', {}, model.recipe)], ['Thresholds', model?.calibration?.name],
      ['Volume', element('code', {}, volume.id)], ['Stored since', volume.created_at],
      ['Accession', accession], ['Tags', tagText(tags)], ['Format', volume.format],
      ['Voxels', volume.shape?.join(' × ')], ['Spacing', volume.spacing_mm && `${volume.spacing_mm.join(' × ')} mm`],
      ['Orientation', volume.orientation], ['Intensity', intensity(volume.intensity)],
    ]),
  ];
}

const intensity = range => range && `${range.min} to ${range.max} ${range.unit}`.replaceAll('-', '−');
