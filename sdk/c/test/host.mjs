// A host for guest ABI 1 over a Map, to test guests without the platform: strict about pointers,
// batches and declared keys, one fresh instance an invocation, events in the order of the sets.
import { readFileSync } from 'node:fs';

const SET = 1, GET = 2, LOCK = 3, DELETE = 4;

// Reads the per-app form as our samples write it: two spaces a level, one key a line.
export function readManifest(path) {
  const functions = {};
  let current, inKeys = false;
  for (const raw of readFileSync(path, 'utf8').split('\n')) {
    const line = raw.replace(/#.*/, '').trimEnd();
    const match = /^( *)([^ ].*?):(?: (.*))?$/.exec(line);
    if (!match || match[1].length === 0) continue;
    const [, indent, name, value] = match;
    if (indent.length === 2) functions[name] = current = { keys: [] };
    if (indent.length === 4) inKeys = name === 'kvs';
    if (indent.length === 4 && name === 'condition') {
      current.trigger = +/kv_set: (\d+)/.exec(value)[1];
    }
    if (indent.length === 6 && inKeys) {
      const pattern = name.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll('{}', '[A-Za-z0-9-]+');
      const ops = value.replace(/[[\] ]/g, '').split(',');
      current.keys.push({ pattern: new RegExp(`^${pattern}$`), ops });
    }
  }
  return functions;
}

export class Host {
  store = new Map();
  locks = new Map();
  files = new Map();
  events = [];
  invocations = 0;
  commits = 0;
  valueBytesMax = 0;
  beforeCommit = () => {};

  constructor(app) {
    this.module = new WebAssembly.Module(readFileSync(new URL('app.wasm', app)));
    this.functions = readManifest(new URL('app.yaml', app));
  }

  // A payload of undefined is none at all, an empty one is still a payload.
  invoke(name, payload) {
    const call = { name, result: '', memory: null, batches: [], locks: [] };
    const instance = new WebAssembly.Instance(this.module, { env: this.#imports(call) });
    this.invocations++;
    call.memory = instance.exports.memory;
    let args = [0, 0];
    if (payload !== undefined && instance.exports[name].length > 0) {
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
      const at = instance.exports.allocate(bytes.length) >>> 0;
      if (at === 0) throw new Error('allocate refused');
      this.#view(call, at, bytes.length).set(bytes);
      args = [at, bytes.length];
    }
    try {
      instance.exports[name](...args);
    } catch (error) {
      error.message += ` (result: ${call.result})`;
      throw error;
    } finally {
      for (const key of call.locks) this.locks.delete(key);
    }
    this.memoryBytes = call.memory.buffer.byteLength;
    return call.result;
  }

  // Runs what was set off until nothing is left.
  drain() {
    while (this.events.length > 0) {
      const { name, key } = this.events.shift();
      this.invoke(name, key);
    }
  }

  call(name, payload) {
    const result = this.invoke(name, payload);
    this.drain();
    return result;
  }

  #view(call, at, length) {
    at >>>= 0;
    if (length < 0 || at + length > call.memory.buffer.byteLength) throw new Error('out of memory');
    return new Uint8Array(call.memory.buffer, at, length);
  }

  #ints(call, at, count) {
    if (at % 4 !== 0) throw new Error('unaligned integers');
    this.#view(call, at, count * 4);
    return new Int32Array(call.memory.buffer, at, count);
  }

  #text(call, at, length) {
    return Buffer.from(this.#view(call, at, length)).toString('latin1');
  }

  #check(call, key, op) {
    const granted = this.functions[call.name].keys
      .some(({ pattern, ops }) => pattern.test(key) && ops.includes(op));
    if (!granted) throw new Error(`${call.name} may not ${op} ${key}`);
  }

  #set(call, key, value) {
    this.#check(call, key, 'set');
    this.valueBytesMax = Math.max(this.valueBytesMax, value.length);
    if (value.length > 1 << 20) throw new Error(`${key}: value of ${value.length} bytes`);
    this.store.set(key, value);
    for (const [name, { keys, trigger }] of Object.entries(this.functions)) {
      if (trigger !== undefined && keys[trigger].pattern.test(key)) this.events.push({ name, key });
    }
  }

  #lock(call, key, release, out) {
    this.#check(call, key, 'set');
    const holder = this.locks.get(key);
    if (release >= 0) {
      if (holder !== release) throw new Error(`${key} is not locked by ${release}`);
      this.locks.delete(key);
      return;
    }
    if (holder !== undefined) throw new Error(`${key} is locked`);
    this.locks.set(key, 7);
    call.locks.push(key);
    this.#ints(call, out, 1)[0] = 7;
  }

  #imports(call) {
    return {
      kv_batch_ope: (opsAt, count, idAt) => {
        this.beforeCommit(call);
        const ints = this.#ints(call, opsAt, count);
        const values = [];
        let at = 1;
        for (let op = 0; op < ints[0]; op++) {
          const code = ints[at], key = this.#text(call, ints[at + 1], ints[at + 2]);
          if (code === SET) {
            this.#set(call, key, this.#view(call, ints[at + 3], ints[at + 4]).slice());
            at += 5;
          } else if (code === GET) {
            this.#check(call, key, 'get');
            values[op] = this.store.get(key);
            this.#ints(call, ints[at + 3], 1)[0] = values[op]?.length ?? -1;
            at += 4;
          } else if (code === LOCK) {
            this.#lock(call, key, ints[at + 3], ints[at + 4]);
            at += 5;
          } else if (code === DELETE) {
            this.#check(call, key, 'delete');
            this.store.delete(key);
            at += 3;
          } else {
            throw new Error(`operation ${code}`);
          }
        }
        if (at !== count) throw new Error(`${count} integers given, ${at} used`);
        this.commits++;
        this.#ints(call, idAt, 1)[0] = call.batches.push(values) - 1;
      },
      kv_batch_res: (id, pairsAt, count) => {
        if (count % 2 !== 0) throw new Error('half a pair');
        const pairs = this.#ints(call, pairsAt, count);
        for (let i = 0; i < count; i += 2) {
          const value = call.batches[id][pairs[i]];
          if (!value) throw new Error(`operation ${pairs[i]} has no value`);
          this.#view(call, pairs[i + 1], value.length).set(value);
        }
      },
      open_file: (at, length, out) => {
        this.#ints(call, out, 1)[0] = this.files.has(this.#text(call, at, length)) ? 3 : -1;
      },
      read_file_at: (fd, at, length, offset, out) => {
        if (fd !== 3) throw new Error(`descriptor ${fd}`);
        const part = [...this.files.values()][0].subarray(offset, offset + length);
        this.#view(call, at, length).set(part);
        this.#ints(call, out, 1)[0] = part.length;
      },
      write_result: (at, length) => {
        call.result = this.#text(call, at, length);
      },
    };
  }
}
