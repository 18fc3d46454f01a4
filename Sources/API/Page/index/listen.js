// ---- Event handlers.

function listen() {
  const on = (id, event, action) => byId(id).addEventListener(event, action);
  on('key-button', 'click', pressKeyButton);
  on('key-form', 'submit', takeKey);
  on('key-cancel', 'click', () => byId('key-dialog').close(''));
  on('file', 'change', chooseFiles);
  on('stored', 'change', chooseStored);
  on('more-volumes', 'click', () => attempt(byId('problem'), listVolumes));
  on('order', 'submit', submitOrder);
  on('cancel', 'click', cancel);
  on('print', 'click', () => print());
  on('heat-hide', 'click', hideHeat);
  on('heat-download', 'click', saveHeat);
  on('search', 'submit', search);
  on('search', 'change', showQueryField);
  document.addEventListener('dragover', dragOver);
  document.addEventListener('dragleave', () => byId('drop').classList.remove('over'));
  document.addEventListener('drop', dropFiles);
  for (const button of document.querySelectorAll('[data-format]')) button.addEventListener('click', saveDiagnosis);
}

buildViewer();
listen();
showKey();
start();
