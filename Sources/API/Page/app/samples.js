/** The samples that come with the service: drawings of chests. */

import { byId, element } from './elements.js';
import { setFiles, submitOrder } from './order.js';
import { attempt, refusal, unreachable } from './service.js';

/** What each sample shows, by the name of its file, and the prompts that find it. */
const SAMPLES = {
  'phantom_4_00001.nii.gz': ['A normal chest', []],
  'phantom_4_00000.nii.gz': ['Lung mass', ['Lung mass']],
  'phantom_4_00003.nii.gz': ['Rib fracture', ['Rib fracture']],
};

export function build() {
  const addresses = document.body.dataset.samples.split(' ').filter(Boolean);
  byId('samples').append(...addresses.map(address => {
    const name = address.slice(address.lastIndexOf('/') + 1);
    const [title, prompts] = SAMPLES[name] ?? [name, []];
    const click = () => attempt(byId('problem'), () => scoreSample(address, name, prompts));
    return element('button', { type: 'button', class: 'small', 'data-sample': name, click }, title);
  }), element('span', { class: 'hint' }, 'They are drawings, not patients.'));
}

/** Scores a sample with the prompt set in the form, and with the sample's own prompts if the form has none. */
async function scoreSample(address, name, prompts) {
  let response;
  try {
    response = await fetch(new URL(address, document.baseURI));
  } catch {
    throw unreachable();
  }
  if (!response.ok) throw refusal('The sample is not available', 'Reload the page: the service may have been updated.');
  if (!byId('prompts').value.trim()) byId('prompts').value = prompts.join('\n');
  setFiles([new File([await response.blob()], name)]);
  await submitOrder(null);
}
