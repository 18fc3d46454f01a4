/** The service: requests, problems, and the key. */

import { byId, definitions, element } from './elements.js';
import { state } from './state.js';

export class Problem extends Error {
  constructor(document) {
    super(document.title);
    this.document = document;
  }
}

/** A problem that the page finds itself. */
export const refusal = (title, detail) => new Problem({ title, detail, code: '' });
export const unreachable = () => new Problem({
  title: 'The service does not respond', code: '', detail: 'The connection failed or was closed.',
  hint: 'Check that the service runs, then retry.',
});
const withoutCode = status => ({ title: `The service responded ${status}`, status, code: '', detail: 'The response has no details.' });

export function parsedProblem(status, text) {
  try {
    return { ...withoutCode(status), ...JSON.parse(text) };
  } catch {
    return withoutCode(status);
  }
}

/**
 * The address of a path of the service. The page may lie below a prefix, so paths are relative to the page. Paths in
 * responses contain the prefix if the proxy sends it.
 */
export function addressOf(path) {
  const { pathname } = new URL('.', document.baseURI);
  return new URL(path.startsWith(pathname) ? path : path.replace(/^\//, ''), document.baseURI).href;
}

export function headers(more = {}) {
  return state.key ? { ...more, Authorization: `Bearer ${state.key}` } : more;
}

/** Whether another key may help: the key is missing, unknown, or lacks a scope. */
export const wantsKey = problem => problem.status === 401 || (problem.status === 403 && problem.code === 'insufficient-scope');

/** The response to a request; throws a Problem, after asking for a key if that may help. */
export async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(addressOf(path), { ...options, headers: headers(options.headers), cache: 'no-store' });
  } catch {
    throw options.signal?.aborted ? refusal('Cancelled', 'The request was cancelled.') : unreachable();
  }
  if (response.ok) return response;
  const problem = parsedProblem(response.status, await response.text());
  if (wantsKey(problem) && await askForKey(problem)) return call(path, options);
  throw new Problem(problem);
}

export async function json(path, options) {
  return (await call(path, options)).json();
}

export function post(path, body) {
  return json(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

/** Offers a response as a file. It is fetched, not linked, so that the key is sent. */
export async function save(path, accept, name) {
  const response = await call(path, { headers: { Accept: accept } });
  saveBlob(await response.blob(), name);
}

export function saveBlob(blob, name) {
  const address = URL.createObjectURL(blob);
  element('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

let keyQuestion = null;

/** Whether a key was entered. Several failing requests ask only once. */
export function askForKey(problem) {
  keyQuestion ??= new Promise(answer => {
    const dialog = byId('key-dialog') ?? buildKeyDialog();
    byId('key-reason').textContent = problem ? keyReason(problem) : '';
    byId('key').value = '';
    dialog.returnValue = '';
    dialog.showModal();
    dialog.addEventListener('close', () => {
      keyQuestion = null;
      answer(dialog.returnValue === 'given');
    }, { once: true });
  });
  return keyQuestion;
}

function keyReason({ title, detail }) {
  return `${state.key ? 'This key does not suffice. ' : ''}${title}. ${detail}`;
}

function buildKeyDialog() {
  const dialog = element('dialog', { id: 'key-dialog', 'aria-labelledby': 'key-heading' },
    element('form', { id: 'key-form', submit: takeKey },
      element('h2', { id: 'key-heading' }, 'This service requires a key'), element('p', { id: 'key-reason' }),
      element('label', { for: 'key' }, 'Key'), element('input', { type: 'password', id: 'key', autocomplete: 'off', required: true }),
      element('p', { class: 'hint' }, 'The key stays in this tab until you close it or choose “Forget the key”.'),
      element('p', { class: 'row' }, element('button', { class: 'main' }, 'Use it'),
        element('button', { type: 'button', id: 'key-cancel', click: () => dialog.close('') }, 'Cancel'))));
  document.body.append(dialog);
  return dialog;
}

function takeKey(event) {
  event.preventDefault();
  const key = byId('key').value.trim();
  if (!key) return;
  state.key = key;
  sessionStorage.setItem('brgsa-key', key);
  byId('key').value = '';
  showKey();
  byId('key-dialog').close('given');
}

export function showKey() {
  byId('key-button').textContent = state.key ? 'Forget the key' : 'Use a key…';
}

/** Forgets the key, or asks for one and then starts the page again. */
export async function pressKeyButton(start) {
  if (state.key) {
    sessionStorage.removeItem('brgsa-key');
    history.replaceState(null, '', location.pathname);
    location.reload();
  } else if (await askForKey(null)) {
    start();
  }
}

/** Shows a problem in a place of the page; null clears it. */
export function showProblem(place, problem) {
  if (!problem && !place.childNodes.length) return;
  place.replaceChildren();
  if (!problem) return;
  if (!(problem instanceof Problem)) throw problem;
  place.append(problemView(problem));
}

export const problemLink = code => code && element('a', { href: `problems/${encodeURIComponent(code)}` }, code);

export function problemView({ document: told }) {
  return element('div', { class: 'problem', role: 'alert' },
    element('h3', {}, told.title),
    element('p', {}, told.detail ?? ''),
    told.hint ? element('p', {}, element('b', {}, 'Suggested fix: '), told.hint) : null,
    definitions([
      ...(told.errors ?? []).map(error => [error.pointer, error.message]),
      ['Limit', told.limit], ['Found', told.actual], ['Code', problemLink(told.code)], ['Request', told.request_id],
    ]));
}

/** Runs a function that calls the service, and shows its failure in `place`. */
export async function attempt(place, work) {
  showProblem(place, null);
  try {
    return await work();
  } catch (problem) {
    showProblem(place, problem);
    return null;
  }
}
