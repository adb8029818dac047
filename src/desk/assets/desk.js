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

function typing(target) {
  return target instanceof HTMLElement && target.matches('input:not([type=hidden]), select, textarea');
}

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
    show(current < 0 ? 0 : current + (key === 'j' ? 1 : -1));
  }
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.repeat && !['j', 'k'].includes(event.key)) return;
  if (typing(event.target)) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  act(event.key.length === 1 ? event.key.toLowerCase() : event.key, event);
});

// Enter in the remark must not decide; a form is sent once, but for one that leaves the page as it is.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.dataset.again) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = '1';
});

const remark = document.querySelector('.verdict input[name=note]');
if (remark) {
  remark.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    remark.blur();
  });
}

for (const row of rows) {
  row.addEventListener('click', (event) => {
    if (!event.target.closest('a')) row.querySelector('a').click();
  });
}
