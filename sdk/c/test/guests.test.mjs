// The test guests of tests/guests do what they say: a test that relies on one must be able to.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Host } from './host.mjs';

const guests = new URL('../../../tests/guests/', import.meta.url);
const start = name => new Host(new URL(`${name}/`, guests));
const load = name => new WebAssembly.Module(readFileSync(new URL(`${name}/app.wasm`, guests)));

test('plain functions answer', () => {
  const host = start('faults');
  assert.equal(host.invoke('echo', 'äö'), Buffer.from('äö').toString('latin1'));
  assert.equal(host.invoke('payload'), 'none');
  assert.equal(host.invoke('payload', ''), '0');
  assert.equal(host.invoke('payload', 'abc'), '3');
  assert.equal(host.invoke('silent'), '');
  assert.equal(host.invoke('twice'), 'second');
  assert.equal(host.invoke('divide', '7'), '14');
  assert.equal(host.invoke('busy', '1'), 'done');
  assert.equal(host.invoke('flood', '100000').length, 100000);
});

for (const [name, payload, why] of [
  ['trap', '', /unreachable/],
  ['fail', '', /unreachable \(result: this is why\)/],
  ['divide', '0', /divide by zero/],
  ['stray', '', /memory access out of bounds/],
  ['recurse', '', /Maximum call stack/],
  ['overflow', '', /memory access out of bounds/],
]) {
  test(`${name} ends with a trap`, () => {
    assert.throws(() => start('faults').invoke(name, payload), why);
  });
}

test('keys can be set, read and deleted', () => {
  const host = start('store');
  assert.equal(host.invoke('get', 'note_x'), '(missing)');
  assert.equal(host.invoke('set', 'note_x=a=b'), 'set');
  assert.equal(host.invoke('get', 'note_x'), 'a=b');
  assert.equal(host.invoke('set', 'note_x='), 'set');
  assert.equal(host.invoke('get', 'note_x'), '');
  assert.equal(host.invoke('delete', 'note_x'), 'deleted');
  assert.equal(host.invoke('get', 'note_x'), '(missing)');
  assert.equal(host.invoke('increment'), '1');
  assert.equal(host.invoke('increment'), '2');
  assert.equal(host.invoke('set_big', '1048576'), 'set');
  assert.throws(() => host.invoke('set_big', '1048577'), /value of 1048577 bytes/);
});

test('undeclared keys are touched', () => {
  const host = start('store');
  for (const op of ['get', 'set', 'delete']) {
    assert.throws(() => host.invoke(`undeclared_${op}`), new RegExp(`may not ${op} note_a`));
  }
  assert.throws(() => host.invoke('undeclared_lock'), /may not set note_a/);
  assert.throws(() => host.invoke('set_beyond', 'x'), /may not set secret/);
  assert.throws(() => host.invoke('set', 'secret=x'), /may not set secret/);
});

test('events fan out, fail and go round', () => {
  const host = start('triggers');
  host.call('fan_out', '130');
  assert.equal(host.invocations, 131);
  assert.equal([...host.store.keys()].filter(key => /^done_\d+$/.test(key)).length, 130);
  assert.equal(host.store.size, 130);
  assert.throws(() => host.call('doom', 'a'), /unreachable \(result: doomed_a\)/);
  host.invoke('begin_cycle');
  for (let i = 0; i < 10; i++) {
    const [{ name, key }] = host.events.splice(0);
    assert.equal(name, 'turn');
    host.invoke(name, key);
  }
  assert.equal(host.events.length, 1);
});

test('host calls take any arguments', () => {
  const host = start('calls');
  host.files.set('a.txt', Buffer.from('text'));
  assert.equal(host.invoke('batch_text', '0'), '0');
  assert.equal(host.invoke('batch', Buffer.from([0, 0, 0, 0])), '0');
  assert.equal(host.invoke('values', ''), '-1');
  assert.equal(host.invoke('kv_batch_ope', 'free 1 free+64'), 'returned');
  assert.equal(host.invoke('write_result', 'free 3'), '\0\0\0');
  assert.equal(host.invoke('open_named', 'a.txt'), 'opened');
  assert.equal(host.invoke('open_named', '../a.txt'), 'refused');
  assert.equal(host.invoke('read_named', 'a.txt'), 'text');
  assert.throws(() => host.invoke('write_result', 'end-4 8'), /out of memory/);
  assert.throws(() => host.invoke('write_result', '-1 2147483647'), /out of memory/);
  assert.throws(() => host.invoke('kv_batch_ope', 'end-4 2 free'), /out of memory/);
  assert.throws(() => host.invoke('batch_text', '1 1 -4 8 free 1'), /out of memory/);
});

test('what cannot be deployed is wrong in just one way', () => {
  const names = list => list.map(({ name }) => name).sort();
  const imports = name => names(WebAssembly.Module.imports(load(name)));
  const exports = name => names(WebAssembly.Module.exports(load(name)));
  assert.deepEqual(exports('missing_export'), ['allocate', 'memory', 'present']);
  assert.deepEqual(imports('unknown_import'), ['no_such_call', 'write_result']);
  assert.deepEqual(imports('wrong_import'), ['write_result']);
  assert.deepEqual(exports('wrong_import'), ['allocate', 'main', 'memory']);
  assert.deepEqual(exports('wrong_export'), ['allocate', 'main', 'memory']);
  assert.deepEqual(exports('bad_allocate'), ['allocate', 'main', 'memory']);
  assert.throws(() => start('bad_allocate').invoke('main', 'x'), /out of memory/);
});

test('commands are preview-1 programs', () => {
  for (const name of ['command', 'command_faults']) {
    assert.ok(WebAssembly.Module.exports(load(name)).some(({ name }) => name === '_start'));
    for (const { module } of WebAssembly.Module.imports(load(name))) {
      assert.equal(module, 'wasi_snapshot_preview1');
    }
  }
});
