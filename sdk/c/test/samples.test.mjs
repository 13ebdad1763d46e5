// The three load applications against reference results: node --test sdk/c/test
import assert from 'node:assert/strict';
import test from 'node:test';
import { Host } from './host.mjs';

const apps = new URL('../../../samples/QuickStart/apps/', import.meta.url);
const start = name => new Host(new URL(`${name}/`, apps));
const SLICE = 512 * 1024;

function reference(bytes, top = 20) {
  const counts = new Map();
  for (const word of Buffer.from(bytes).toString('latin1').match(/[A-Za-z]+/g) ?? []) {
    const lower = word.toLowerCase();
    counts.set(lower, (counts.get(lower) ?? 0) + 1);
  }
  const list = [...counts].map(([word, count]) => ({ word, count }));
  list.sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
  const words = list.reduce((sum, entry) => sum + entry.count, 0);
  return { words, distinct: list.length, top: list.slice(0, top) };
}

function checkCount(bytes, host = start('word_count'), top = 20) {
  const split = JSON.parse(host.call('split_file', bytes));
  assert.equal(split.bytes, bytes.length);
  assert.deepEqual(JSON.parse(host.invoke('result', `top=${top}`)), reference(bytes, top));
  const left = [...host.store.keys()].sort();
  const counts = [...Array(split.slices).keys()].map(i => `wordcount_${split.run}-${i}`);
  assert.deepEqual(left, [...counts, 'wordcount_run'].sort());
  return host;
}

function random(seed) {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

function words(seed, bytes, { letters = 10, distinct = 3000, separators = ' ' } = {}) {
  const next = random(seed), list = [];
  for (let i = 0; i < distinct; i++) {
    let word = '';
    for (let n = 1 + next(letters); n > 0; n--) {
      word += String.fromCharCode((next(9) ? 97 : 65) + next(26));
    }
    list.push(word);
  }
  const out = Buffer.alloc(bytes);
  for (let at = 0; at < bytes;) {
    const word = list[next(distinct)] + separators[next(separators.length)];
    at += out.write(word, at, 'latin1');
  }
  return out;
}

test('fn2 answers hello world', () => {
  assert.equal(start('fn2').call('fn2', 'any body'), 'hello world');
});

test('longchain takes 101 invocations to 100', () => {
  const host = start('longchain');
  assert.equal(host.invoke('chain_state'), '0');
  const before = host.invocations;
  host.call('chain_begin');
  assert.equal(host.invocations - before, 101);
  assert.equal(host.invoke('chain_state'), '100');
});

test('longchain ends at 100 when events are delivered twice', () => {
  const host = start('longchain');
  host.invoke('chain_begin');
  for (let n = 0; host.events.length > 0; n++) {
    const { name, key } = host.events.shift();
    host.invoke(name, key);
    if (n % 7 === 0) host.invoke(name, key);
  }
  assert.equal(host.invoke('chain_state'), '100');
});

test('an empty body has no words', () => {
  checkCount(Buffer.alloc(0));
});

test('the result before any run is empty', () => {
  const result = JSON.parse(start('word_count').invoke('result'));
  assert.deepEqual(result, { words: 0, distinct: 0, top: [] });
});

const lengths = [1, 15, 16, 17, 47, 48, 63, 64, 65, 127, 128, 129, 200];
for (const text of ['a', 'A', ' ', '\n', 'wait=cascade', 'Ab aB AB ab\n', '@[`{az AZ', 'a tail',
  ...lengths.map(length => 'x'.repeat(length)),
  lengths.map(length => 'y'.repeat(length)).join(' '),
  lengths.map(length => ' '.repeat(length) + 'Z'.repeat(length)).join('')]) {
  test(`counts ${JSON.stringify(text.slice(0, 40))} (${text.length})`, () => {
    checkCount(Buffer.from(text));
  });
}

test('counts random words over many slices', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const shape = { letters: 3 * seed * seed, separators: ' \n,.-_09' };
    checkCount(words(seed, SLICE * 2 + seed * 777, shape));
  }
});

test('counts random bytes', () => {
  for (let seed = 1; seed <= 4; seed++) {
    const next = random(seed);
    checkCount(Buffer.from({ length: SLICE + 5000 }, () => next(256)));
  }
});

test('counts few different bytes, letters and separators', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const next = random(seed), bytes = 'aAbB \n\xe1\x00';
    const text = Array.from({ length: 3000 }, () => bytes[next(bytes.length)]).join('');
    checkCount(Buffer.from(text, 'latin1'), start('word_count'), 1000);
  }
});

test('words that end around a slice edge stay whole', () => {
  for (let shift = -20; shift <= 20; shift++) {
    const text = `${'a '.repeat(SLICE / 2).slice(0, SLICE + shift - 4)} wordacrosstheedge b`;
    checkCount(Buffer.from(text));
  }
});

test('words around the size of a slice and of several are exact', () => {
  const sizes = [-2, -1, 0, 1, 2].flatMap(d => [1, 2, 3].map(n => n * SLICE + d));
  for (const size of sizes) {
    const word = 'Qx'.repeat(size).slice(0, size);
    const texts = [word, ` ${word}`, `${word} `, `a ${word} b`, `${word} ${word}`, `${word}1`];
    for (const text of texts) {
      checkCount(Buffer.from(text));
    }
  }
});

test('a body of different words only fits', () => {
  const list = [];
  for (let i = 0; i < 300000; i++) {
    list.push(i.toString(26).replace(/[0-9]/g, digit => 'qrstuvwxyz'[digit]));
  }
  const host = checkCount(Buffer.from(list.join(' ')));
  assert.ok(host.valueBytesMax <= SLICE * 1.5);
  const long = list.map(word => word + 'x'.repeat(14));
  checkCount(Buffer.from(long.join('\n')));
});

test('64 MiB of different words are added up in parts', () => {
  const host = start('word_count'), body = Buffer.alloc(64 << 20, 0x20);
  let at = 0, distinct = 0;
  for (; at < body.length - 60; distinct++) {
    let word = '';
    for (let rest = distinct; rest > 0 || word === ''; rest = Math.floor(rest / 26)) {
      word += String.fromCharCode(97 + rest % 26);
    }
    // A trailing "z" keeps words apart that differ in leading zeros only.
    const text = distinct % 5 === 4 ? `${'long'.repeat(4)}${word}z` : `${word}z`;
    at += body.write(text, at, 'latin1') + 1;
  }
  host.call('split_file', body);
  const result = JSON.parse(host.invoke('result', 'top=3'));
  assert.deepEqual([result.words, result.distinct], [distinct, distinct]);
  assert.deepEqual(result.top.map(({ word }) => word), ['aaaabz', 'aaaacz', 'aaaadz']);
  assert.ok(host.memoryBytes <= 256 << 20, `${host.memoryBytes}`);
});

test('top is bounded and forgiving', () => {
  const host = checkCount(words(5, 100000), undefined, 1000);
  const top = query => JSON.parse(host.invoke('result', query)).top.length;
  assert.equal(top(undefined), 20);
  assert.equal(top(''), 20);
  assert.equal(top('top='), 20);
  assert.equal(top('top=x'), 20);
  assert.equal(top('xtop=5'), 20);
  assert.equal(top('a=b&top=5'), 5);
  assert.equal(top('top=7&c'), 7);
  assert.equal(top('top=0'), 0);
  assert.equal(top('top=99999999999'), 20);
  assert.equal(top('top=5000'), 1000);
});

test('GET counts the file, in a run of its own', () => {
  const host = checkCount(words(8, 3 * SLICE));
  const file = words(9, 21 * SLICE + 333);
  host.files.set('random_words.txt', file);
  checkCount(file.subarray(0, 100), host);
  const split = JSON.parse(host.call('split_file'));
  assert.deepEqual([split.run, split.bytes], [3, file.length]);
  assert.deepEqual(JSON.parse(host.invoke('result')), reference(file));
});

test('a file with a huge word and one that is empty', () => {
  const host = start('word_count');
  for (const file of [Buffer.from(`a ${'b'.repeat(10 * SLICE)} c`), Buffer.alloc(0)]) {
    host.files.set('random_words.txt', file);
    host.call('split_file');
    assert.deepEqual(JSON.parse(host.invoke('result')), reference(file));
  }
});

test('a missing file fails', () => {
  assert.throws(() => start('word_count').call('split_file'), /random_words.txt is missing/);
});

test('slices delivered twice or out of order count once', () => {
  const host = start('word_count'), text = words(3, 5 * SLICE);
  host.invoke('split_file', text);
  const events = [...host.events, ...host.events].reverse();
  host.events.length = 0;
  for (const { name, key } of events) host.invoke(name, key);
  assert.deepEqual(JSON.parse(host.invoke('result')), reference(text));
});

test('a slice repeated after a crash before its commit counts once', () => {
  const host = start('word_count'), text = words(4, 3 * SLICE);
  host.invoke('split_file', text);
  for (const { name, key } of host.events.splice(0)) {
    let batches = 0;
    host.beforeCommit = () => { if (++batches === 2) throw new Error('crash'); };
    assert.throws(() => host.invoke(name, key), /crash/);
    host.beforeCommit = () => {};
    host.invoke(name, key);
  }
  assert.deepEqual(JSON.parse(host.invoke('result')), reference(text));
});

test('an unfinished result says so', () => {
  const host = start('word_count'), text = words(4, 3 * SLICE);
  host.invoke('split_file', text);
  assert.equal(JSON.parse(host.invoke('result')).complete, false);
  host.drain();
  assert.equal(JSON.parse(host.invoke('result')).complete, undefined);
});

test('what an interrupted run still has to count changes nothing', () => {
  for (let crash = 1; crash <= 12; crash++) {
    const host = start('word_count');
    checkCount(words(1, 2 * SLICE), host);
    let batches = 0;
    host.beforeCommit = () => { if (++batches === crash) throw new Error('crash'); };
    try { host.invoke('split_file', words(2, 4 * SLICE)); } catch { /* the crash */ }
    host.beforeCommit = () => {};
    const late = host.events.splice(0);
    for (const { name, key } of late.splice(0, 1)) host.invoke(name, key);
    const text = words(3, 3 * SLICE);
    host.invoke('split_file', text);
    host.events.push(...late);
    host.drain();
    assert.deepEqual(JSON.parse(host.invoke('result')), reference(text));
    const run = new Int32Array(host.store.get('wordcount_run').buffer)[0];
    const kept = new RegExp(`^wordcount_(run|${run}-\\d+)$`);
    for (const key of host.store.keys()) assert.match(key, kept);
  }
});

test('a run that begins while a slice commits leaves nothing of the old one', () => {
  const host = start('word_count'), text = words(6, SLICE / 2);
  host.invoke('split_file', words(5, SLICE / 2));
  const [{ name, key }] = host.events.splice(0);
  let batches = 0;
  host.beforeCommit = call => {
    if (call.name !== 'handle_one_slice' || ++batches !== 2) return;
    host.invoke('split_file', text);
  };
  host.invoke(name, key);
  host.beforeCommit = () => {};
  host.drain();
  assert.deepEqual(JSON.parse(host.invoke('result')), reference(text));
  assert.deepEqual([...host.store.keys()].sort(), ['wordcount_2-0', 'wordcount_run']);
});

test('keys that are no slices of ours are refused', () => {
  const host = start('word_count');
  for (const name of ['1', '1-', '0-1', '1-2-d', '99999999999-1', '']) {
    const key = `wordcount_slice_${name}`;
    assert.throws(() => host.invoke('handle_one_slice', key), /the key is not wordcount_slice_/);
  }
});
