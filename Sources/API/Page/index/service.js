// ---- The service: requests, problems, the key.

class Problem extends Error {
  constructor(document) {
    super(document.title);
    this.document = document;
  }
}

const unreachable = () => new Problem({
  title: 'The service does not respond', code: '', detail: 'The connection failed or was closed.',
  hint: 'Check that the service runs, then retry.',
});
const withoutCode = status => ({ title: `The service responded ${status}`, status, code: '', detail: 'The response has no details.' });

function parsedProblem(status, text) {
  try {
    return { ...withoutCode(status), ...JSON.parse(text) };
  } catch {
    return withoutCode(status);
  }
}

function headers(more = {}) {
  return state.key ? { ...more, Authorization: `Bearer ${state.key}` } : more;
}

/** Whether another key may help: the key is missing, unknown, or lacks a scope. */
const wantsKey = problem => problem.status === 401 || (problem.status === 403 && problem.code === 'insufficient-scope');

/** The response to a request; throws a Problem, after asking for a key if that may help. */
async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { ...options, headers: headers(options.headers), cache: 'no-store' });
  } catch {
    throw options.signal?.aborted ? refusal('Cancelled', 'The request was cancelled.') : unreachable();
  }
  if (response.ok) return response;
  const problem = parsedProblem(response.status, await response.text());
  if (wantsKey(problem) && await askForKey(problem)) return call(path, options);
  throw new Problem(problem);
}

async function json(path, options) {
  return (await call(path, options)).json();
}

function post(path, body) {
  return json(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

let keyQuestion = null;

/** Whether a key was entered. Several failing requests ask only once. */
function askForKey(problem) {
  keyQuestion ??= new Promise(answer => {
    byId('key-reason').textContent = problem ? keyReason(problem) : '';
    byId('key').value = '';
    byId('key-dialog').returnValue = '';
    byId('key-dialog').showModal();
    byId('key-dialog').addEventListener('close', () => {
      keyQuestion = null;
      answer(byId('key-dialog').returnValue === 'given');
    }, { once: true });
  });
  return keyQuestion;
}

function keyReason({ title, detail }) {
  return `${state.key ? 'This key does not suffice. ' : ''}${title}. ${detail}`;
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

function showKey() {
  byId('key-button').textContent = state.key ? 'Forget the key' : 'Use a key…';
}

async function pressKeyButton() {
  if (state.key) {
    sessionStorage.removeItem('brgsa-key');
    history.replaceState(null, '', location.pathname);
    location.reload();
  } else if (await askForKey(null)) {
    start();
  }
}

/** Shows a problem in a place of the page; null clears it. */
function showProblem(place, problem) {
  place.replaceChildren();
  if (!problem) return;
  if (!(problem instanceof Problem)) throw problem;
  const told = problem.document;
  const code = told.code && element('a', { href: `/problems/${encodeURIComponent(told.code)}` }, told.code);
  place.append(element('div', { class: 'problem', role: 'alert' },
    element('h3', {}, told.title),
    element('p', {}, told.detail ?? ''),
    told.hint ? element('p', {}, element('b', {}, 'Suggested fix: '), told.hint) : null,
    definitions([
      ...(told.errors ?? []).map(error => [error.pointer, error.message]),
      ['Limit', told.limit], ['Found', told.actual], ['Code', code], ['Request', told.request_id],
    ])));
}

/** Runs a function that calls the service, and shows its failure in `place`. */
async function attempt(place, work) {
  showProblem(place, null);
  try {
    return await work();
  } catch (problem) {
    showProblem(place, problem);
    return null;
  }
}
