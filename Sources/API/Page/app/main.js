/** The start of the page: event handlers, then the service's facts. */

import { byId } from './elements.js';
import { cancel } from './job.js';
import { chooseFiles, chooseFolder, chooseStored, dragOver, dropFiles, submitOrder } from './order.js';
import * as pickers from './pickers.js';
import { printResult, unfoldPrints } from '../viewer/print.js';
import { stopQueue } from './queue.js';
import { measureTop, nameVolume, saveDiagnosis, showNewName } from './result.js';
import * as samples from './samples.js';
import { search, searchSimilar, showQueryField } from '../search/search.js';
import { attempt, pressKeyButton, showKey } from './service.js';
import { listVolumes, showEntry, start } from './start.js';
import * as viewer from '../viewer/viewer.js';
import * as dialogs from '../worklist/dialogs.js';

function listen() {
  const on = (id, event, action) => byId(id).addEventListener(event, action);
  on('key-button', 'click', () => pressKeyButton(start));
  on('file', 'change', chooseFiles);
  on('folder', 'change', chooseFolder);
  on('folder-button', 'click', () => byId('folder').click());
  on('stored', 'change', chooseStored);
  on('more-volumes', 'click', () => attempt(byId('problem'), listVolumes));
  on('order', 'submit', submitOrder);
  on('cancel', 'click', cancel);
  on('queue-stop', 'click', stopQueue);
  on('print', 'click', printResult);
  on('name-volume', 'click', nameVolume);
  on('similar', 'click', searchSimilar);
  on('search', 'submit', search);
  on('search', 'change', showQueryField);
  addEventListener('popstate', showEntry);
  on('skip', 'click', event => {
    event.preventDefault(); // The fragment names what is shown.
    byId('main').focus();
  });
  document.addEventListener('dragover', dragOver);
  document.addEventListener('dragleave', () => byId('drop').classList.remove('over'));
  document.addEventListener('drop', dropFiles);
  for (const button of document.querySelectorAll('[data-format]')) button.addEventListener('click', saveDiagnosis);
  new ResizeObserver(measureTop).observe(byId('main'));
}

viewer.build();
pickers.build();
samples.build();
dialogs.build(byId('problem'), showNewName);
listen();
unfoldPrints();
showKey();
start();
