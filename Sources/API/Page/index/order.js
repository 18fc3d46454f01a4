// ---- The order: a volume and prompts.

const chosenFiles = () => [...byId('file').files];
const sizeOf = files => files.reduce((sum, file) => sum + file.size, 0);

function chooseFiles() {
  const files = chosenFiles();
  const told = `Chosen: ${plural(files.length, 'file')}, ${fileSize(sizeOf(files))}.`;
  byId('chosen').textContent = files.length ? told : 'No file is chosen.';
  if (files.length) byId('stored').value = '';
}

const bringsFiles = event => event.dataTransfer.types.includes('Files');

async function dropFiles(event) {
  if (!bringsFiles(event)) return;
  event.preventDefault();
  byId('drop').classList.remove('over');
  const { items, files } = event.dataTransfer;
  const entries = [...items].map(item => item.webkitGetAsEntry()).filter(Boolean);
  const found = entries.some(entry => entry.isDirectory) ? (await Promise.all(entries.map(filesOf))).flat() : [...files];
  const list = new DataTransfer();
  for (const file of found) list.items.add(file);
  byId('file').files = list.files;
  chooseFiles();
}

/** A dropped file, or all files of a dropped folder and its subfolders. */
async function filesOf(entry) {
  if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
  const reader = entry.createReader();
  const files = [];
  for (;;) {
    // A folder is read a hundred entries at a time.
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return files;
    files.push(...(await Promise.all(some.map(filesOf))).flat());
  }
}

function dragOver(event) {
  if (!bringsFiles(event)) return;
  event.preventDefault();
  byId('drop').classList.add('over');
}

async function chooseStored() {
  const id = byId('stored').value;
  if (!id) return;
  byId('file').value = '';
  chooseFiles();
  await attempt(byId('problem'), () => openVolume(id));
}

function promptRequest() {
  const prompts = byId('prompts').value.split('\n').map(line => line.trim()).filter(Boolean);
  const request = {};
  if (prompts.length) request.prompts = prompts;
  if (byId('prompt-set').value) request.prompt_set = byId('prompt-set').value;
  return request;
}

const refusal = (title, detail) => new Problem({ title, detail, code: '' });

/** Refuses a faulty order before anything is sent. */
function checkOrder(files, volumeID, request) {
  if (!files.length && !volumeID) throw refusal('No volume is chosen', 'Drop a file, choose one, or select a stored volume.');
  if (!request.prompts && !request.prompt_set) throw refusal('No findings are named', 'Write a prompt or choose a prompt set.');
  const { body_bytes: mostBytes, dicom_files: mostFiles } = state.info?.limits ?? {};
  if (sizeOf(files) > mostBytes) {
    throw refusal('The volume is too large', `It has ${megabytes(sizeOf(files))} MB; the limit is ${megabytes(mostBytes)} MB.`);
  }
  if (files.length > mostFiles) throw refusal('There are too many files', `The limit is ${mostFiles} files of a series.`);
}

async function submitOrder(event) {
  event.preventDefault();
  const files = chosenFiles();
  const volumeID = byId('stored').value;
  await working(async () => {
    const request = promptRequest();
    checkOrder(files, volumeID, request);
    if (!files.length) return followAnswer(await sendVolumeID({ volume_id: volumeID, ...request }));
    if (byId('keep-nothing').checked) request.options = { persist: false };
    return followAnswer(await sendFiles(files, request));
  });
}

/** Shows the progress and the result of one piece of work at a time. */
async function working(work) {
  showProblem(byId('problem'), null);
  byId('send').disabled = true;
  showStage('Contacting the service', '', null);
  byId('work').hidden = false;
  try {
    await work();
  } catch (problem) {
    stopWorking();
    byId('send').focus({ preventScroll: true });
    showProblem(byId('problem'), problem);
    byId('problem').scrollIntoView({ block: 'nearest' });
  } finally {
    stopWorking();
  }
}

function stopWorking() {
  byId('work').hidden = true;
  byId('send').disabled = false;
  state.upload = state.job = null;
}

/** `share` is from 0 to 1, or null while unknown. Screen readers announce only changes of the stage. */
function showStage(stage, detail, share) {
  if (byId('stage').textContent !== stage) byId('stage').textContent = stage;
  byId('stage-detail').textContent = detail;
  if (share === null) byId('progress').removeAttribute('value');
  else byId('progress').value = share;
}

async function sendVolumeID(body) {
  const sending = new AbortController();
  state.upload = sending;
  const response = await call('/v1/diagnoses', {
    method: 'POST', body: JSON.stringify(body), signal: sending.signal,
    headers: { 'Content-Type': 'application/json', Prefer: 'respond-async' },
  });
  return { status: response.status, body: await response.json() };
}

/** A volume, or the files of a DICOM series. File names are not sent: they may name a patient. */
async function sendFiles(files, request) {
  const part = files.length > 1 || /\.dcm$/i.test(files[0].name) ? 'dicom' : 'volume';
  const form = new FormData();
  form.append('request', new Blob([JSON.stringify(request)], { type: 'application/json' }));
  for (const file of files) form.append(part, file, part);
  const answer = await upload('/v1/diagnoses', form);
  if (answer.status < 300) return { status: answer.status, body: JSON.parse(answer.text) };
  const problem = parsedProblem(answer.status, answer.text);
  if (wantsKey(problem) && await askForKey(problem)) return sendFiles(files, request);
  throw new Problem(problem);
}

/** XMLHttpRequest, because fetch does not report the progress of an upload. */
function upload(path, form) {
  return new Promise((done, failed) => {
    const request = state.upload = new XMLHttpRequest();
    request.open('POST', path);
    for (const [name, value] of Object.entries(headers({ Prefer: 'respond-async' }))) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', showUpload);
    request.upload.addEventListener('load', () => showStage('Sent; the service reads the volume', '', null));
    request.addEventListener('load', () => done({ status: request.status, text: request.responseText }));
    request.addEventListener('error', () => failed(unreachable()));
    request.addEventListener('abort', () => failed(refusal('Cancelled', 'The upload was cancelled; nothing was stored.')));
    request.send(form);
  });
}

function showUpload(event) {
  showStage('Uploading', `${megabytes(event.loaded)} of ${megabytes(event.total)} MB`, event.loaded / event.total);
}
