/** Several volumes, scored one after the other, with the progress of each. */

import { byId, element, megabytes, plural, setText } from './elements.js';
import { cancel, jobStage, resultOf } from './job.js';
import { openDiagnosis, showDiagnosis } from './result.js';
import { Problem, attempt, json, problemLink } from './service.js';
import { sendFiles } from './send.js';
import { state } from './state.js';

const isVolume = file => /\.(nii|nii\.gz|zip)$/i.test(file.name);

/** The volumes that files are: each NIfTI file and ZIP is one, and all others together are one DICOM series. */
export function volumesIn(files) {
  const others = files.filter(file => !isVolume(file));
  return [...files.filter(isVolume).map(file => [file]), ...(others.length ? [others] : [])];
}

let isStopped = false;

/** Cancels the volume that is being scored, and scores no others. */
export function stopQueue() {
  isStopped = true;
  return cancel();
}

/** Scores volumes, and shows the first one that succeeds. Failures of one do not stop the others. */
export async function runQueue(volumes, request, check) {
  const items = volumes.map(files => ({ files, row: row(files) }));
  byId('queue-items').replaceChildren(...items.map(item => item.row.node));
  byId('queue').hidden = byId('queue-stop').hidden = false;
  isStopped = false;
  byId('work').hidden = true;
  let done = 0;
  let isShown = false;
  for (const item of items) {
    if (isStopped) break;
    setText(byId('queue-status'), `${done} of ${plural(items.length, 'volume')} done.`);
    const diagnosis = await scored(item, request, check);
    done++;
    if (diagnosis && !isShown) {
      isShown = true;
      showDiagnosis(diagnosis, item.files);
    }
  }
  byId('queue-stop').hidden = true;
  for (const { row } of items.slice(done)) row.end('Not scored.');
  const failed = items.filter(item => item.hasFailed).length;
  const start = isStopped ? `Stopped: ${done} of ${plural(items.length, 'volume')} done` : `All ${plural(items.length, 'volume')} done`;
  setText(byId('queue-status'), `${start}${failed ? `; ${failed} failed` : ''}.`);
}

/** The diagnosis of one volume; null if it failed. */
async function scored(item, request, check) {
  const { files, row: { report, end } } = item;
  try {
    check(files);
    report('Uploading', '', 0);
    const answer = await sendFiles(files, request, (loaded, total) => loaded === null
      ? report('Sent; the service reads the volume', '', null)
      : report('Uploading', `${megabytes(loaded)} of ${megabytes(total)} MB`, loaded / total));
    const diagnosis = await diagnosisOf(answer, report);
    end(outcome(diagnosis), openButton(diagnosis, files));
    return diagnosis;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    item.hasFailed = true;
    const { title, detail, code } = problem.document;
    end(`${title}. ${detail ?? ''} `, problemLink(code));
    return null;
  }
}

async function diagnosisOf({ status, body }, report) {
  if (status !== 202) return body;
  state.job = `/v1/jobs/${body.id}`;
  const job = await resultOf(state.job, job => report(...jobStage(job)));
  state.job = null;
  return json(job.result);
}

function outcome({ findings }) {
  const positive = findings.filter(finding => finding.positive).map(finding => finding.label);
  return positive.length ? `Above the threshold: ${positive.join(', ')}. ` : 'No finding is above its threshold. ';
}

function openButton(diagnosis, files) {
  const path = `/v1/diagnoses/${diagnosis.id}`;
  const open = () => attempt(byId('problem'), () => diagnosis.cache.stored ? openDiagnosis(path, files) : showDiagnosis(diagnosis, files));
  return element('button', { type: 'button', class: 'small', click: open }, 'Show');
}

/** A row of the queue: its name, what happens to it, and the progress of that. */
function row(files) {
  const name = files.length === 1 ? files[0].name : `DICOM series of ${files.length} files`;
  const words = element('span', { role: 'status' }, 'Waiting');
  const detail = element('span', { class: 'quiet' });
  const progress = element('progress', { max: 1, value: 0, 'aria-label': name });
  const node = element('li', {}, element('b', {}, name), ' ', words, ' ', detail, progress);
  const report = (stage, more, share) => {
    setText(words, stage);
    detail.textContent = more;
    if (share === null) progress.removeAttribute('value');
    else progress.value = share;
  };
  const end = (text, ...more) => {
    progress.remove();
    detail.textContent = '';
    words.replaceChildren(text, ...more.filter(Boolean));
  };
  return { node, report, end };
}
