// ---- At the start: facts about the service, its volumes and prompt sets.

async function start() {
  await attempt(byId('problem'), async () => {
    state.info = await json('/v1/info');
    showModel();
    byId('keep-nothing-label').hidden = state.info.persist === 'none';
    byId('dicom-words').hidden = !state.info.features.includes('dicom');
    await Promise.all([listPromptSets(), state.info.persist === 'none' ? null : restartVolumeList()]);
    await openAddress();
  });
}

function showModel() {
  const model = state.info.model;
  if (model) showNotice(model.notice);
  byId('model-sentence').textContent = model ? modelSentence(model) : 'The model is still loading.';
  if (!model) setTimeout(askForModel, 2000);
}

/** The notice of every response, below the window and at the top of a print. */
function showNotice(notice) {
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

async function listPromptSets() {
  const { prompt_sets: sets } = await json('/v1/prompt-sets');
  const options = sets.map(set => element('option', { value: set.name }, `${set.name} (${plural(set.prompt_count, 'prompt')})`));
  byId('prompt-set').replaceChildren(element('option', { value: '' }, 'none'), ...options);
  if (sets.length) byId('prompt-set').value = sets[0].name;
}

function restartVolumeList() {
  state.cursor = null;
  byId('stored').replaceChildren(element('option', { value: '' }, 'none'));
  return listVolumes();
}

async function listVolumes() {
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
  return [volume.created_at && day(volume.created_at), accession, tagText(tags), shortID(volume.id)].filter(Boolean).join(' · ');
}

const tagText = tags => Object.entries(tags ?? {}).map(([name, value]) => `${name}: ${value}`).join(', ');

function selectStored(volume) {
  const stored = byId('stored');
  if (![...stored.options].some(option => option.value === volume.id)) stored.append(volumeOption(volume));
  if (!byId('file').files.length) stored.value = volume.id;
}

/** `#dx_…`, `#job_…` and `#sha256-…` open the named object, so that reloads and bookmarks work. */
async function openAddress() {
  const id = location.hash.slice(1);
  if (/^dx_[0-9a-f]{32}$/.test(id)) await openDiagnosis(`/v1/diagnoses/${id}`);
  else if (/^job_[0-9a-f]{32}$/.test(id)) await working(() => followToResult(`/v1/jobs/${id}`));
  else if (/^sha256-[0-9a-f]{64}$/.test(id)) await openVolume(id);
}

const setAddress = id => history.replaceState(null, '', `#${id}`);
