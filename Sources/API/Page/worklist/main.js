/** The worklist: what is shown is written in the page's address, so that reloads, bookmarks and the back button work. */

import { byId } from '../app/elements.js';
import { pressKeyButton, showKey } from '../app/service.js';
import { address, go } from './address.js';
import * as dialogs from './dialogs.js';
import * as jobs from './jobs.js';
import * as volumes from './volumes.js';

/** Shows what the address names. */
function show() {
  const { view } = address();
  byId('volumes').hidden = view !== 'volumes';
  byId('jobs').hidden = view !== 'jobs';
  for (const link of document.querySelectorAll('[data-view]')) {
    if (link.dataset.view === view) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
  jobs.stop();
  return view === 'jobs' ? jobs.show() : volumes.show();
}

function listen() {
  const on = (id, event, action) => byId(id).addEventListener(event, action);
  on('key-button', 'click', () => pressKeyButton(show));
  for (const link of document.querySelectorAll('[data-view]')) {
    link.addEventListener('click', event => {
      event.preventDefault();
      go({ view: link.dataset.view });
      show();
    });
  }
  addEventListener('popstate', show);
  volumes.listen(show);
  jobs.listen();
  dialogs.build(byId('list-problem'), async words => {
    await show();
    byId('list-status').textContent = `${words} ${byId('list-status').textContent}`;
    byId('volumes-heading').focus();
  });
}

listen();
showKey();
show();
