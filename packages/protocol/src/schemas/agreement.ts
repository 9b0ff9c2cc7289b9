import type { z } from 'zod';

/** Without `readonly`, which zod does not put on what it reads. */
type Writable<T> = T extends readonly (infer E)[]
  ? Writable<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Writable<T[K]> }
    : T;

/** Every key there, so that an optional one which only one side has makes a difference. */
type Whole<T> = T extends readonly (infer E)[]
  ? Whole<E>[]
  : T extends object
    ? { -readonly [K in keyof T]-?: Whole<T[K]> }
    : T;

type Agrees<T, S> =
  Writable<T> extends S
    ? Whole<S> extends Whole<T>
      ? Whole<T> extends Whole<S>
        ? true
        : false
      : false
    : false;

/**
 * A schema that accepts exactly what a type of core describes; the compiler refuses a key, a case of a
 * union or an optionality that only one of the two has.
 */
export const exactly =
  <T>() =>
  <S extends z.ZodType<T>>(
    schema: Agrees<T, z.output<S>> extends true ? S : { schemaAndTypeDifferIn: T },
  ): S =>
    schema as S;

/** The same for a table of schemas, such as the data of all events. */
export type SchemasOf<T> = { readonly [K in keyof T]: z.ZodType<T[K]> };
