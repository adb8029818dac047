// Keys. Everything they do is a link, a button or a field of the page, so all works without them.
'use strict';

const rows = Array.from(document.querySelectorAll('tr[data-href]'));
let current = -1;

function show(index) {
  if (rows.length === 0) return;
  if (current >= 0) rows[current].classList.remove('current');
  current = Math.max(0, Math.min(rows.length - 1, index));
  rows[current].classList.add('current');
  const link = rows[current].querySelector('a');
  if (link) link.focus({ preventScroll: true });
  rows[current].scrollIntoView({ block: 'nearest' });
}

// Back from a question the list stands where it was left.
const place = decodeURIComponent(location.hash.slice(1));
if (place === 'first') show(0);
else if (place === 'last') show(rows.length - 1);
else if (place) {
  const left = rows.findIndex((row) => row.dataset.href.includes(`/case/${place}`));
  if (left >= 0) show(left);
}

function typing(target) {
  return target instanceof HTMLElement && target.matches('input:not([type=hidden]), select, textarea');
}

// A page that has just come up hears no answer: what is pressed then was meant for the one before.
const DEAF = 400;
let since = 0;
function rest() {
  since = performance.now();
  delete document.documentElement.dataset.listening;
  setTimeout(() => {
    if (listening()) document.documentElement.dataset.listening = '';
  }, DEAF + 1);
}
function listening() {
  return performance.now() - since >= DEAF;
}
rest();
window.addEventListener('pageshow', (event) => {
  // A page out of the browser's memory may be out of date.
  if (event.persisted) location.reload();
  else rest();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) rest();
});

function act(key, event) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (target && !target.disabled) {
    event.preventDefault();
    if (target.matches('input')) {
      target.focus();
      target.select();
    } else {
      target.click();
    }
  } else if (rows.length > 0 && (key === 'j' || key === 'k')) {
    event.preventDefault();
    const next = current < 0 ? (key === 'j' ? 0 : -1) : current + (key === 'j' ? 1 : -1);
    // The list goes on over its pages.
    const beyond = next >= rows.length ? 'a[rel=next]' : next < 0 ? 'a[rel=prev]' : '';
    const page = beyond && document.querySelector(`nav.pager ${beyond}`);
    if (page) location.href = `${page.href}#${key === 'j' ? 'first' : 'last'}`;
    else show(next);
  }
}

// Single keys can be switched off: speech input and screen readers set them off by accident.
const SWITCH = 'bidui-keys';
let hearsKeys = true;
try {
  hearsKeys = localStorage.getItem(SWITCH) !== 'off';
} catch {
  // A browser that keeps nothing hears keys.
}
const keySwitch = document.querySelector('#keys');
if (keySwitch) {
  keySwitch.disabled = false;
  keySwitch.checked = hearsKeys;
  keySwitch.addEventListener('change', () => {
    hearsKeys = keySwitch.checked;
    try {
      localStorage.setItem(SWITCH, hearsKeys ? 'on' : 'off');
    } catch {
      // Then it is for this page only.
    }
  });
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.repeat && !['j', 'k'].includes(event.key)) return;
  if (typing(event.target)) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  if (!hearsKeys && event.key.length === 1) return;
  act(event.key.length === 1 ? event.key.toLowerCase() : event.key, event);
});

// A form is sent once; after a while once more, should the first have come to nothing.
document.addEventListener('submit', (event) => {
  const form = event.target;
  const isDeaf = event.submitter && event.submitter.matches('[data-deaf]') && !listening();
  if (isDeaf || form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.dataset.again) return;
  form.dataset.sent = '1';
  setTimeout(() => delete form.dataset.sent, 2000);
});

// A remark is kept by the server while it is typed, until an answer takes it. Enter must not decide.
const answers = document.querySelector('form[data-draft]');
if (answers) {
  const fields = answers.elements;
  const remark = fields.note;
  let kept = remark.value;
  let answered = false;
  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    if (answered || remark.value === kept) return;
    kept = remark.value;
    const typed = String(Date.now());
    const body = new URLSearchParams({ secret: fields.secret.value, seen: fields.seen.value, note: kept, typed });
    const failed = () => { kept = null; };
    fetch(answers.dataset.draft, { method: 'POST', body, keepalive: true })
      .then((answer) => { if (!answer.ok) failed(); }, failed);
  };
  remark.addEventListener('input', () => {
    answered = false;
    clearTimeout(timer);
    timer = setTimeout(keep, 250);
  });
  remark.addEventListener('blur', keep);
  window.addEventListener('pagehide', keep);
  answers.addEventListener('submit', () => {
    // Asked once all others who may stop it have been.
    queueMicrotask(() => { answered = answers.dataset.sent === '1'; });
  });
  remark.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    remark.blur();
  });
}

// How far a run is, without loading the page again under somebody's hands.
const progress = document.querySelector('section.run');
if (progress) {
  setInterval(async () => {
    try {
      const answer = await fetch(location.href);
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const next = page.querySelector('section.run');
      if (next) progress.replaceChildren(...next.childNodes);
      else if (!typing(document.activeElement)) location.reload();
    } catch {
      // The next time will tell.
    }
  }, 2000);
}

for (const row of rows) {
  row.addEventListener('click', (event) => {
    if (!event.target.closest('a')) row.querySelector('a').click();
  });
}

// Files may be dropped on the field for them; a page that is not asked for files takes none.
for (const zone of document.querySelectorAll('form.drop')) {
  const field = zone.querySelector('input[type=file]');
  const over = (event) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    zone.classList.add('over');
  };
  zone.addEventListener('dragenter', over);
  zone.addEventListener('dragover', over);
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    zone.classList.remove('over');
    field.files = event.dataTransfer.files;
    if (zone.reportValidity()) zone.requestSubmit();
  });
}
document.addEventListener('dragover', (event) => {
  if (document.querySelector('form.drop')) event.preventDefault();
});
document.addEventListener('drop', (event) => {
  if (document.querySelector('form.drop')) event.preventDefault();
});
