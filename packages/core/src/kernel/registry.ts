import { assert } from './assert.ts';

/** Named things of which a host application may add its own before it starts conversations. */
export interface Registry<T> {
  /** Undefined where nothing has this name. */
  get(name: string): T | undefined;
  /** What a configuration that was accepted names must be there; fails loudly where it is not. */
  require(name: string): T;
  names(): readonly string[];
  /**
   * Adds an entry. It must be pure, for the same log has to give the same decisions (FL-10), and it has
   * to be registered in every process that hosts conversations which name it.
   */
  register(name: string, entry: T): void;
}

export function registryOf<T>(what: string, entries: Readonly<Record<string, T>>): Registry<T> {
  const known = new Map(Object.entries(entries));
  return {
    get: (name) => known.get(name),
    require(name) {
      const entry = known.get(name);
      assert(entry !== undefined, `${what} "${name}" is registered`);
      return entry;
    },
    names: () => [...known.keys()],
    register(name, entry) {
      assert(/^[a-z][A-Za-z0-9]{0,63}$/.test(name), `${what} "${name}" has a camelCase name`);
      assert(!known.has(name), `${what} "${name}" is not registered yet`);
      known.set(name, entry);
    },
  };
}
