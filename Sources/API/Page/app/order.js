/** The order: a volume and prompts. */

import { byId, fileSize, megabytes, plural } from './elements.js';
import { followAnswer, showStage, working } from './job.js';
import { runQueue, volumesIn } from './queue.js';
import { openVolume } from './result.js';
import { attempt, refusal, showProblem } from './service.js';
import { sendFiles, sendVolumeID } from './send.js';
import { state } from './state.js';
import * as viewer from '../viewer/viewer.js';

const chosenFiles = () => [...byId('file').files];
const sizeOf = files => files.reduce((sum, file) => sum + file.size, 0);

export function chooseFiles() {
  const files = chosenFiles();
  showProblem(byId('problem'), null);
  checkStarts(files);
  byId('chosen').textContent = files.length ? chosenText(files) : 'No file is chosen.';
  if (files.length) byId('stored').value = '';
}

const START_BYTES = 1024; // The header of a NIfTI file and the start of a DICOM file have zeros in them.

/** Whether a file cannot be a volume, by its first bytes: it is empty or a text. The service decides about all others. */
async function isNoVolume(file) {
  const start = new Uint8Array(await file.slice(0, START_BYTES).arrayBuffer());
  return !start.some(byte => byte < 9 || (byte > 13 && byte < 32));
}

/** Says at once that a chosen file cannot be a volume. */
async function checkStarts(files) {
  const readable = files.slice(0, MOST_CHECKED);
  const wrong = (await Promise.all(readable.map(file => isNoVolume(file).catch(() => false))))
    .flatMap((isWrong, index) => isWrong ? [readable[index].name] : []);
  const isStillChosen = files.length === chosenFiles().length && files.every((file, index) => file === chosenFiles()[index]);
  if (!wrong.length || !isStillChosen) return;
  const names = wrong.slice(0, 3).join(', ') + (wrong.length > 3 ? ` and ${wrong.length - 3} more` : '');
  showProblem(byId('problem'), refusal(wrong.length === 1 ? 'This file is not a volume' : 'Some files are not volumes',
    `${names}: empty, or a text. Choose a NIfTI file (.nii, .nii.gz) or a DICOM series.`));
}

const MOST_CHECKED = 100;

function chosenText(files) {
  const size = fileSize(sizeOf(files));
  if (files.length === 1) return `Chosen: ${files[0].name}, ${size}.`;
  const volumes = volumesIn(files).length;
  const kind = volumes > 1 ? `${plural(volumes, 'volume')}, scored one after the other` : 'one DICOM series';
  return `Chosen: ${plural(files.length, 'file')}, ${size}: ${kind}.`;
}

/** All files of a folder, as if they had been chosen one by one. */
export function chooseFolder({ target }) {
  setFiles([...target.files]);
  target.value = '';
}

/** Chooses files as if the user had. */
export function setFiles(files) {
  const list = new DataTransfer();
  for (const file of files) list.items.add(file);
  byId('file').files = list.files;
  chooseFiles();
}

const bringsFiles = event => event.dataTransfer.types.includes('Files');

export async function dropFiles(event) {
  if (!bringsFiles(event)) return;
  event.preventDefault();
  byId('drop').classList.remove('over');
  const { items, files } = event.dataTransfer;
  const entries = [...items].map(item => item.webkitGetAsEntry()).filter(Boolean);
  const hasFolders = entries.some(entry => entry.isDirectory);
  setFiles(hasFolders ? (await Promise.all(entries.map(filesOf))).flat() : [...files]);
  byId('order-fold').open = true;
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

export function dragOver(event) {
  if (!bringsFiles(event)) return;
  event.preventDefault();
  byId('drop').classList.add('over');
}

export async function chooseStored() {
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
  if (byId('calibration').value) request.options = { calibration: byId('calibration').value };
  return request;
}

/** Refuses a faulty order before anything is sent. */
function checkOrder(files, volumeID, request) {
  if (!files.length && !volumeID) throw refusal('No volume is chosen', 'Drop a file, try a sample, or select a stored volume.');
  if (!request.prompts && !request.prompt_set) throw refusal('No findings are named', 'Write a prompt or choose a prompt set.');
}

function checkFiles(files) {
  const { body_bytes: mostBytes, dicom_files: mostFiles } = state.info?.limits ?? {};
  if (sizeOf(files) > mostBytes) {
    throw refusal('The volume is too large', `It has ${megabytes(sizeOf(files))} MB; the limit is ${megabytes(mostBytes)} MB.`);
  }
  if (files.length > mostFiles) throw refusal('There are too many files', `The limit is ${mostFiles} files of a series.`);
}

export async function submitOrder(event) {
  event?.preventDefault();
  const files = chosenFiles();
  const volumeID = byId('stored').value;
  await working(async () => {
    const request = promptRequest();
    checkOrder(files, volumeID, request);
    if (!files.length) return followAnswer(await sendVolumeID({ volume_id: volumeID, ...request }));
    if (byId('keep-nothing').checked) request.options = { ...request.options, persist: false };
    const volumes = volumesIn(files);
    if (volumes.length > 1) return runQueue(volumes, request, checkFiles);
    checkFiles(files);
    viewer.prepare(files);
    return followAnswer(await sendFiles(files, request, showUpload), files);
  });
}

function showUpload(loaded, total) {
  if (loaded === null) showStage('Sent; the service reads the volume', '', null);
  else showStage('Uploading', `${megabytes(loaded)} of ${megabytes(total)} MB`, loaded / total);
}
